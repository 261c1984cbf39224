using Catena.Core.Primitives;

namespace Catena.Core.Tests.Support;

/// <summary>Damages bytes in the ways that find parsers' faults: flips, cuts, repetitions, extreme numbers.</summary>
internal static class Fuzz
{
    private static readonly byte[] Extremes = [0x00, 0x01, 0x7f, 0x80, 0xff];

    internal static byte[] Damage(Prng prng, byte[] bytes)
    {
        var result = new List<byte>(bytes);
        for (var count = prng.Next(4) + 1; count > 0; count--)
        {
            var at = prng.Next(result.Count + 1);
            switch (prng.Next(5))
            {
                case 0 when at < result.Count: result[at] ^= (byte)(1 << prng.Next(8)); break;
                case 1 when at < result.Count: result[at] = Extremes[prng.Next(Extremes.Length)]; break;
                case 2: result.RemoveRange(at, result.Count - at); break;
                case 3: result.InsertRange(at, [.. result.Take(prng.Next(12))]); break;
                default: result.InsertRange(at, Enumerable.Repeat((byte)0xff, prng.Next(12))); break;
            }
        }

        return [.. result];
    }

    /// <summary>Runs a parser on damaged forms of what it accepts, and names the seed where it throws.</summary>
    internal static void Run(int rounds, Func<Prng, byte[]> good, Action<byte[]> parse)
    {
        for (ulong seed = 1; seed <= (ulong)rounds; seed++)
        {
            var prng = new Prng(seed);
            var bytes = Damage(prng, good(prng));
            try
            {
                parse(bytes);
            }
            catch (Exception thrown)
            {
                Assert.Fail($"seed {seed}, bytes {Convert.ToHexString(bytes)}: {thrown}");
            }
        }
    }

    internal static byte[] Bytes(Prng prng, int most)
    {
        var bytes = new byte[prng.Next(most + 1)];
        foreach (ref var single in bytes.AsSpan())
        {
            single = (byte)prng.NextUInt64();
        }

        return bytes;
    }

    /// <summary>Small numbers mostly, extreme ones now and then.</summary>
    internal static ulong Number(Prng prng) => prng.Next(4) switch
    {
        0 => (ulong)prng.Next(4),
        1 => (ulong)prng.Next(300),
        2 => prng.NextUInt64() >> prng.Next(64),
        _ => ulong.MaxValue - (ulong)prng.Next(2),
    };
}
