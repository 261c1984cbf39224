using System.Diagnostics;
using System.Globalization;
using Catena.Protocols.Resp.Commands;

namespace Catena.Protocols.Resp;

/// <summary>One whole reply as a view of the receive buffer: its type, and its text, number or elements.</summary>
/// <remarks>
/// Valid until the buffer's bytes change. Nothing is copied: elements are found by walking over the bytes, which the reader
/// has checked, when they are enumerated. Attributes (RESP3 <c>|</c>) are passed over.
/// </remarks>
public readonly ref struct RespReply
{
    private readonly ReadOnlySpan<byte> _payload;
    private readonly long _number;

    private RespReply(RespType type, ReadOnlySpan<byte> payload, long number)
    {
        Type = type;
        _payload = payload;
        _number = number;
    }

    /// <summary>What the reply is, and so which of the other properties mean something.</summary>
    public RespType Type { get; }

    /// <summary>Whether the reply is a null of any kind.</summary>
    public bool IsNull => Type == RespType.Null;

    /// <summary>Whether the reply is an error, whose text <see cref="Bytes" /> holds.</summary>
    public bool IsError => Type == RespType.Error;

    /// <summary>Whether the reply has elements.</summary>
    public bool IsAggregate => Type >= RespType.Array;

    /// <summary>The bytes of a string or error, or the printed form of a number; empty for other types.</summary>
    public ReadOnlySpan<byte> Bytes => IsAggregate ? default : _payload;

    /// <summary>An integer's value, or a boolean's as 1 and 0; 0 for other types.</summary>
    public long Integer => IsAggregate ? 0 : _number;

    /// <summary>Whether a boolean is true or an integer is not 0.</summary>
    public bool Boolean => Integer != 0;

    /// <summary>The value of a double or integer; NaN for other types.</summary>
    public double Double => Type switch
    {
        RespType.Double => RespText.TryParseDouble(_payload, out var value) ? value : double.NaN,
        RespType.Integer => _number,
        _ => double.NaN,
    };

    /// <summary>The number of elements of an aggregate, keys and values of a map counted apart; 0 for other types.</summary>
    public long Count => IsAggregate ? _number : 0;

    /// <summary>The elements of an aggregate in order; none for other types.</summary>
    public RespElements GetEnumerator() => new(IsAggregate ? _payload : default, Count);

    /// <summary>Views the reply at the start of bytes that a reader has checked.</summary>
    /// <param name="bytes">The reply's bytes, and perhaps more.</param>
    /// <param name="length">How many bytes the reply takes.</param>
    internal static RespReply ViewFirst(ReadOnlySpan<byte> bytes, out int length)
    {
        var type = bytes[0];
        var line = bytes[1..bytes.IndexOf((byte)'\r')];
        var body = line.Length + 3;
        switch (type)
        {
            case (byte)'+':
            case (byte)'-':
            case (byte)'(':
            case (byte)',':
                length = body;
                return new RespReply(ScalarType(type), line, 0);
            case (byte)':':
                length = body;
                return new RespReply(RespType.Integer, line, RespText.TryParseInteger(line, out var integer) ? integer : 0);
            case (byte)'#':
                length = body;
                return new RespReply(RespType.Boolean, line, line[0] == (byte)'t' ? 1 : 0);
            case (byte)'_':
                length = body;
                return default;
        }

        var count = NumberIn(line);
        if (count < 0)
        {
            length = body;
            return default;
        }

        if (type is (byte)'$' or (byte)'!' or (byte)'=')
        {
            length = body + (int)count + 2;
            var payload = bytes.Slice(body, (int)count);
            return new RespReply(ScalarType(type), type == (byte)'=' ? payload[4..] : payload, 0);
        }

        return ViewAggregate(bytes, type, body, count, out length);
    }

    private static RespReply ViewAggregate(ReadOnlySpan<byte> bytes, byte type, int body, long count, out int length)
    {
        var elements = type is (byte)'%' or (byte)'|' ? count * 2 : count;
        var end = body + SkipElements(bytes[body..], elements);
        if (type == (byte)'|')
        {
            var annotated = ViewFirst(bytes[end..], out var annotatedLength);
            length = end + annotatedLength;
            return annotated;
        }

        length = end;
        var aggregate = type switch
        {
            (byte)'*' => RespType.Array,
            (byte)'~' => RespType.Set,
            (byte)'%' => RespType.Map,
            (byte)'>' => RespType.Push,
            _ => throw new UnreachableException("A reader passes only known types."),
        };
        return new RespReply(aggregate, bytes[body..end], elements);
    }

    /// <summary>Finds the length of a number of elements without a view of each, whatever they nest.</summary>
    private static int SkipElements(ReadOnlySpan<byte> bytes, long elements)
    {
        var position = 0;
        while (elements > 0)
        {
            var rest = bytes[position..];
            var line = rest[1..rest.IndexOf((byte)'\r')];
            position += line.Length + 3;
            elements--;
            switch (rest[0])
            {
                case (byte)'$' or (byte)'!' or (byte)'=':
                    var length = (int)NumberIn(line);
                    position += length < 0 ? 0 : length + 2;
                    break;
                case (byte)'*' or (byte)'~' or (byte)'>':
                    elements += Math.Max(NumberIn(line), 0);
                    break;
                case (byte)'%':
                    elements += NumberIn(line) * 2;
                    break;
                case (byte)'|':
                    elements += (NumberIn(line) * 2) + 1;
                    break;
            }
        }

        return position;
    }

    private static long NumberIn(ReadOnlySpan<byte> line) =>
        RedisInteger.TryParse(line, out var number) ? number : throw new UnreachableException("A reader passes only whole numbers.");

    private static RespType ScalarType(byte type) => type switch
    {
        (byte)'+' => RespType.SimpleString,
        (byte)'-' or (byte)'!' => RespType.Error,
        (byte)'(' => RespType.BigNumber,
        (byte)',' => RespType.Double,
        (byte)'=' => RespType.Verbatim,
        _ => RespType.Bulk,
    };

    /// <summary>Prints the type and the number of bytes or elements, for logs and debuggers.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Type} ({(IsAggregate ? Count : _payload.Length)})");
}
