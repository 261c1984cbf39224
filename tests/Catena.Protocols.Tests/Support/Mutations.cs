using Catena.Core.Primitives;

namespace Catena.Protocols.Tests.Support;

/// <summary>Damages valid messages and makes up invalid ones, for fuzzing.</summary>
internal static class Mutations
{
    private static readonly string[] Troublesome =
    [
        "\r\n", "*", "$", "-1", "2147483647", "2147483648", "9223372036854775807", "99999999999999999999", "\0", "\xff\xff\xff\xff", "\x7f\xff\xff\xff",
        "\x80\0\0\0", "\"", "'", "\\x", "%", "|1\r\n", ">", "$-1\r\n", "*-1\r\n", "=", "_\r\n", "(", ",", "\n", "*1000000\r\n", "$536870912\r\n",
    ];

    public static byte[] Random(Prng random, string alphabet, int maxLength)
    {
        var bytes = new byte[random.Next(maxLength + 1)];
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = random.Chance(0.8) ? (byte)alphabet[random.Next(alphabet.Length)] : (byte)random.Next(256);
        }

        return bytes;
    }

    public static byte[] Mutate(Prng random, byte[] valid)
    {
        var bytes = new List<byte>(valid);
        for (var changes = random.Between(1, 4); changes > 0 && bytes.Count > 0; changes--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(random.Next(8) + 1, bytes.Count - at));
                    break;
                case 2:
                    bytes.InsertRange(at, Bytes.Of(Troublesome[random.Next(Troublesome.Length)]));
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(0, random.Next(bytes.Count)));
                    break;
                default:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
            }
        }

        return [.. bytes];
    }
}
