using System.Buffers;

namespace Catena.Compare.Etcd;

/// <summary>The little of Protocol Buffers that calls to etcd's KV service need: fields of bytes, and looking for one.</summary>
internal static class ProtobufText
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Delimited = 2;
    private const int Fixed32 = 5;

    /// <summary>How long a field of bytes is.</summary>
    public static int SizeOf(int length) => 1 + VarintBytes((uint)length) + length;

    /// <summary>Writes a field of bytes with a number below 16.</summary>
    public static void Write(IBufferWriter<byte> output, int number, ReadOnlySpan<byte> value)
    {
        var length = (uint)value.Length;
        var head = output.GetSpan(6);
        var count = 0;
        head[count++] = (byte)((number << 3) | Delimited);
        while (length >= 0x80)
        {
            head[count++] = (byte)(length | 0x80);
            length >>= 7;
        }

        head[count++] = (byte)length;
        output.Advance(count);
        output.Write(value);
    }

    /// <summary>Finds the first field with a number, which holds bytes or a message.</summary>
    /// <returns>False where there is none.</returns>
    /// <exception cref="InvalidDataException">It is no message.</exception>
    public static bool TryFind(ReadOnlySpan<byte> message, int number, out ReadOnlySpan<byte> value)
    {
        while (!message.IsEmpty)
        {
            var key = TakeVarint(ref message);
            switch ((int)(key & 7))
            {
                case Varint:
                    TakeVarint(ref message);
                    break;
                case Delimited:
                    var length = TakeVarint(ref message);
                    if (length > (ulong)message.Length)
                    {
                        throw new InvalidDataException("a field longer than its message");
                    }

                    if (key >> 3 == (ulong)number)
                    {
                        value = message[..(int)length];
                        return true;
                    }

                    message = message[(int)length..];
                    break;
                case Fixed64 or Fixed32:
                    var size = (key & 7) == Fixed64 ? 8 : 4;
                    message = message.Length >= size ? message[size..] : throw new InvalidDataException("a field longer than its message");
                    break;
                default:
                    throw new InvalidDataException($"a field of type {key & 7}");
            }
        }

        value = default;
        return false;
    }

    private static int VarintBytes(uint value)
    {
        var count = 1;
        while ((value >>= 7) != 0)
        {
            count++;
        }

        return count;
    }

    private static ulong TakeVarint(ref ReadOnlySpan<byte> message)
    {
        var value = 0UL;
        for (var index = 0; index < message.Length && index < 10; index++)
        {
            value |= (ulong)(message[index] & 0x7f) << (7 * index);
            if (message[index] < 0x80)
            {
                message = message[(index + 1)..];
                return value;
            }
        }

        throw new InvalidDataException("a number without end");
    }
}
