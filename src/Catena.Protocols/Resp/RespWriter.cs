using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Catena.Protocols.Resp;

/// <summary>Writes replies, or with arrays of bulks requests, in the protocol version of one connection.</summary>
/// <remarks>
/// What RESP2 lacks becomes what Redis makes of it: a map a flat array of twice the length, a set or push an array, a double
/// or big number or verbatim string a bulk, a boolean 1 or 0. Headers of aggregates announce how many elements the caller
/// writes next; the writer does not count them. Every method appends to the output at once and allocates nothing.
/// </remarks>
public readonly struct RespWriter
{
    /// <summary>Payloads up to this size are written together with their framing, larger ones as the output gives space.</summary>
    private const int SinglePiece = 16 * 1024;

    /// <summary>Room for a type byte, a 64-bit number with its sign, and CR LF.</summary>
    private const int NumberLine = 1 + 20 + 2;

    /// <summary>The most bytes that a bulk string has beside its own.</summary>
    public const int LongestBulkFraming = NumberLine + 2;

    private readonly IBufferWriter<byte> _output;

    /// <summary>A writer that appends to <paramref name="output" />.</summary>
    /// <param name="output">Where the bytes go.</param>
    /// <param name="version">The version the connection has agreed on.</param>
    public RespWriter(IBufferWriter<byte> output, RespVersion version = RespVersion.Resp2)
    {
        ArgumentNullException.ThrowIfNull(output);
        _output = output;
        Version = version;
    }

    /// <summary>The version in which this writer writes.</summary>
    public RespVersion Version { get; }

    private bool IsResp3 => Version == RespVersion.Resp3;

    /// <summary>Writes <c>+OK</c>.</summary>
    public void WriteOk() => WriteRaw("+OK\r\n"u8);

    /// <summary>Writes a simple string.</summary>
    /// <param name="text">Text without CR and LF.</param>
    public void WriteSimpleString(ReadOnlySpan<byte> text)
    {
        Debug.Assert(text.IndexOfAny((byte)'\r', (byte)'\n') < 0, "A simple string holds no line end.");
        WriteLine((byte)'+', text);
    }

    /// <summary>Writes an error; each CR or LF in it becomes a blank, so that text quoted from a request cannot forge a reply.</summary>
    /// <param name="text">The code in capitals and the text, without the leading minus; see <see cref="RespErrors" />.</param>
    public void WriteError(ReadOnlySpan<byte> text)
    {
        var span = _output.GetSpan(text.Length + 3);
        span[0] = (byte)'-';
        var body = span.Slice(1, text.Length);
        text.CopyTo(body);
        body.Replace((byte)'\r', (byte)' ');
        body.Replace((byte)'\n', (byte)' ');
        EndLine(span, 1 + text.Length);
    }

    /// <summary>Writes an integer.</summary>
    /// <param name="value">The integer.</param>
    public void WriteInteger(long value) => WriteNumber((byte)':', value);

    /// <summary>Writes a bulk string, of any bytes.</summary>
    /// <param name="value">The bytes.</param>
    public void WriteBulk(ReadOnlySpan<byte> value)
    {
        if (value.Length > SinglePiece)
        {
            WriteNumber((byte)'$', value.Length);
            _output.Write(value);
            WriteBulkEnd();
            return;
        }

        var span = _output.GetSpan(NumberLine + value.Length + 2);
        var header = FormatNumber(span, (byte)'$', value.Length);
        value.CopyTo(span[header..]);
        EndLine(span, header + value.Length);
    }

    /// <summary>Writes a bulk string in UTF-8.</summary>
    /// <param name="value">The text.</param>
    public void WriteBulk(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        var span = _output.GetSpan(NumberLine + length + 2);
        var header = FormatNumber(span, (byte)'$', length);
        Encoding.UTF8.GetBytes(value, span[header..]);
        EndLine(span, header + length);
    }

    /// <summary>Writes a bulk string that holds a number in decimal.</summary>
    /// <param name="value">The number.</param>
    public void WriteBulk(long value)
    {
        Span<byte> digits = stackalloc byte[20];
        value.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
        WriteBulk(digits[..length]);
    }

    /// <summary>Begins a bulk string whose bytes the caller appends to the output itself, before <see cref="WriteBulkEnd" />.</summary>
    /// <param name="length">Exactly how many bytes will follow.</param>
    public void WriteBulkHeader(int length) => WriteNumber((byte)'$', length);

    /// <summary>Writes what stands before a bulk string's bytes.</summary>
    /// <param name="span">Where to; <see cref="LongestBulkFraming" /> is room enough.</param>
    /// <param name="length">How many bytes the string has.</param>
    /// <returns>How many bytes were written.</returns>
    public static int FormatBulkHeader(Span<byte> span, int length) => FormatNumber(span, (byte)'$', length);

    /// <summary>Ends a bulk string begun with <see cref="WriteBulkHeader" />.</summary>
    public void WriteBulkEnd() => WriteRaw("\r\n"u8);

    /// <summary>Writes the null that stands for an absent string.</summary>
    public void WriteNull() => WriteRaw(IsResp3 ? "_\r\n"u8 : "$-1\r\n"u8);

    /// <summary>Writes the null that stands for an absent array.</summary>
    public void WriteNullArray() => WriteRaw(IsResp3 ? "_\r\n"u8 : "*-1\r\n"u8);

    /// <summary>Begins an array.</summary>
    /// <param name="count">How many elements the caller writes next.</param>
    public void WriteArrayHeader(int count) => WriteNumber((byte)'*', count);

    /// <summary>Begins a map.</summary>
    /// <param name="pairs">How many pairs, key before value, the caller writes next.</param>
    public void WriteMapHeader(int pairs) => WriteNumber(IsResp3 ? (byte)'%' : (byte)'*', IsResp3 ? pairs : pairs * 2L);

    /// <summary>Begins a set.</summary>
    /// <param name="count">How many elements the caller writes next.</param>
    public void WriteSetHeader(int count) => WriteNumber(IsResp3 ? (byte)'~' : (byte)'*', count);

    /// <summary>Begins a message that answers no request.</summary>
    /// <param name="count">How many elements the caller writes next; the first names the kind.</param>
    public void WritePushHeader(int count) => WriteNumber(IsResp3 ? (byte)'>' : (byte)'*', count);

    /// <summary>Writes a boolean.</summary>
    /// <param name="value">The boolean.</param>
    public void WriteBoolean(bool value)
    {
        if (IsResp3)
        {
            WriteRaw(value ? "#t\r\n"u8 : "#f\r\n"u8);
        }
        else
        {
            WriteRaw(value ? ":1\r\n"u8 : ":0\r\n"u8);
        }
    }

    /// <summary>Writes a double with as many digits as it takes to read the same double again.</summary>
    /// <param name="value">The double; infinities are <c>inf</c> and <c>-inf</c>.</param>
    public void WriteDouble(double value)
    {
        Span<byte> buffer = stackalloc byte[32];
        scoped ReadOnlySpan<byte> text;
        if (double.IsFinite(value))
        {
            value.TryFormat(buffer, out var length, "r", CultureInfo.InvariantCulture);
            text = buffer[..length];
        }
        else
        {
            text = double.IsNaN(value) ? "nan"u8 : value > 0 ? "inf"u8 : "-inf"u8;
        }

        WriteLineOrBulk((byte)',', text);
    }

    /// <summary>Writes an integer of any size.</summary>
    /// <param name="digits">Decimal digits, perhaps after a minus.</param>
    public void WriteBigNumber(ReadOnlySpan<byte> digits) => WriteLineOrBulk((byte)'(', digits);

    /// <summary>Writes text for a person, which RESP3 clients are told to show unescaped.</summary>
    /// <param name="format">Three letters: <c>txt</c> or <c>mkd</c>.</param>
    /// <param name="text">The text.</param>
    public void WriteVerbatim(ReadOnlySpan<byte> format, ReadOnlySpan<byte> text)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(format.Length, 3);
        if (!IsResp3)
        {
            WriteBulk(text);
            return;
        }

        WriteNumber((byte)'=', text.Length + 4L);
        _output.Write(format);
        _output.Write(":"u8);
        _output.Write(text);
        WriteBulkEnd();
    }

    /// <summary>Appends bytes that already are a whole reply.</summary>
    /// <param name="reply">The reply with its framing.</param>
    public void WriteRaw(ReadOnlySpan<byte> reply)
    {
        reply.CopyTo(_output.GetSpan(reply.Length));
        _output.Advance(reply.Length);
    }

    private void WriteLineOrBulk(byte type, ReadOnlySpan<byte> text)
    {
        if (IsResp3)
        {
            WriteLine(type, text);
        }
        else
        {
            WriteBulk(text);
        }
    }

    private void WriteLine(byte type, ReadOnlySpan<byte> text)
    {
        var span = _output.GetSpan(text.Length + 3);
        span[0] = type;
        text.CopyTo(span[1..]);
        EndLine(span, 1 + text.Length);
    }

    private void WriteNumber(byte type, long value)
    {
        var span = _output.GetSpan(NumberLine);
        _output.Advance(FormatNumber(span, type, value));
    }

    private static int FormatNumber(Span<byte> span, byte type, long value)
    {
        span[0] = type;
        int digits;
        if ((ulong)value <= 9)
        {
            span[1] = (byte)('0' + value);
            digits = 1;
        }
        else
        {
            value.TryFormat(span[1..], out digits, default, CultureInfo.InvariantCulture);
        }

        span[digits + 1] = (byte)'\r';
        span[digits + 2] = (byte)'\n';
        return digits + 3;
    }

    private void EndLine(Span<byte> span, int length)
    {
        span[length] = (byte)'\r';
        span[length + 1] = (byte)'\n';
        _output.Advance(length + 2);
    }
}
