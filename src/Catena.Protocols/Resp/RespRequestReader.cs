using System.Runtime.CompilerServices;
using Catena.Protocols.Resp.Commands;

namespace Catena.Protocols.Resp;

/// <summary>Finds the requests in what one connection has received: multibulk and inline, pipelined, in any fragments.</summary>
/// <remarks>
/// <para>
/// Grammar (redis.io, "Redis serialization protocol specification"): a request is <c>*n CRLF</c> and n times
/// <c>$length CRLF bytes CRLF</c>, or an inline line of words, which <see cref="RespInlineLine" /> splits. Empty requests
/// (<c>*0</c>, a negative count, a blank line) have no answer and are passed over, as Redis does.
/// </para>
/// <para>
/// The caller keeps what it received in one contiguous buffer and shows it from its first byte on at each call. After every
/// call, whatever the status, it drops the first <c>consumed</c> bytes. While a request is incomplete the reader remembers
/// how far it came: bytes that have been looked at are not looked at again, and a call before <see cref="BytesNeeded" />
/// bytes are there returns at once. The buffer may move in memory between calls; its bytes may not change.
/// </para>
/// <para>
/// Stricter than Redis in one thing: where Redis skips two bytes after a bulk or a count without looking, this reader demands
/// CR LF. A client that counts its lengths wrongly gets an error instead of a value that was cut short.
/// </para>
/// <para>Not thread-safe; one reader a connection. Reading allocates nothing once the argument table has grown to its use.</para>
/// </remarks>
public sealed class RespRequestReader
{
    private const int KeptArguments = 1024;

    private RespLimits _limits;
    private RespRange[] _arguments = new RespRange[16];
    private byte[] _unquoted = [];
    private byte[]? _error;

    // All positions count from the first byte of the request that is being read.
    private int _position;
    private int _scanned;
    private int _needed;
    private int _count;
    private int _remaining;
    private int _bulkLength = -1;

    /// <summary>A reader at the start of a connection.</summary>
    /// <param name="limits">What the peer may send at most.</param>
    public RespRequestReader(RespLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        _limits = limits;
    }

    /// <summary>What the peer may send at most; a change holds from the next request on.</summary>
    public RespLimits Limits
    {
        get => _limits;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _limits = value;
        }
    }

    /// <summary>After <see cref="ReadStatus.NeedMore" />: how many bytes must be there for the next call to find more.</summary>
    /// <remarks>
    /// Large while the body of a large argument is on its way: what the receive buffer will have to hold. At most
    /// <see cref="RespLimits.MessageBytes" />, and while a line is under way two bytes and one such line more. A peer only has to
    /// announce a length to raise it, so a buffer should grow with what has arrived.
    /// </remarks>
    public int BytesNeeded => _needed;

    /// <summary>Whether nothing of the next request has been read, so that another may read it.</summary>
    public bool IsAtStart => _error is null && _position == 0 && _scanned == 0;

    /// <summary>After <see cref="ReadStatus.ProtocolError" />: the error to send, code first, before the connection is closed.</summary>
    public ReadOnlySpan<byte> Error => _error;

    /// <summary>Reads the next request.</summary>
    /// <param name="buffer">Everything received and not yet consumed.</param>
    /// <param name="request">The request, if <see cref="ReadStatus.Complete" />.</param>
    /// <param name="consumed">
    /// How many bytes the caller drops. With <see cref="ReadStatus.Complete" /> they include the request, so they are dropped
    /// after it has been executed; otherwise they are empty requests.
    /// </param>
    /// <returns>What was found; after a protocol error always that.</returns>
    public ReadStatus Read(ReadOnlySpan<byte> buffer, out RespRequest request, out int consumed)
    {
        request = default;
        consumed = 0;
        if (_error is not null)
        {
            return ReadStatus.ProtocolError;
        }

        while (buffer.Length - consumed >= Math.Max(_needed, 1))
        {
            var rest = buffer[consumed..];
            var source = rest;
            var status = rest[0] == (byte)'*' ? ReadMultibulk(rest) : ReadInline(rest, out source);
            if (status != ReadStatus.Complete)
            {
                return status;
            }

            consumed += _position;
            var count = _count;
            StartNext();
            if (count > 0)
            {
                request = new RespRequest(source, _arguments.AsSpan(0, count));
                return ReadStatus.Complete;
            }
        }

        _needed = Math.Max(_needed, 1);
        return ReadStatus.NeedMore;
    }

    private ReadStatus ReadMultibulk(ReadOnlySpan<byte> rest)
    {
        if (_position == 0)
        {
            var status = ReadLength(rest, RespErrors.CountLineTooLong, RespErrors.InvalidMultibulkLength, out var count);
            if (status != ReadStatus.Complete)
            {
                return status;
            }

            if (count > _limits.MultibulkCount)
            {
                return Fail(_limits.IsUnauthenticated ? RespErrors.UnauthenticatedMultibulkLength : RespErrors.InvalidMultibulkLength);
            }

            _remaining = (int)Math.Max(count, 0);
        }

        while (_remaining > 0)
        {
            if (_bulkLength < 0)
            {
                var status = ReadBulkLength(rest);
                if (status != ReadStatus.Complete)
                {
                    return status;
                }
            }

            var end = _position + _bulkLength;
            if (rest.Length < end + 2)
            {
                return Need(end + 2);
            }

            if (rest[end] != (byte)'\r' || rest[end + 1] != (byte)'\n')
            {
                return Fail(RespErrors.BulkNotTerminated);
            }

            AddArgument(new RespRange(_position, _bulkLength));
            _position = end + 2;
            _bulkLength = -1;
            _remaining--;
        }

        return ReadStatus.Complete;
    }

    private ReadStatus ReadBulkLength(ReadOnlySpan<byte> rest)
    {
        if (rest.Length <= _position)
        {
            return Need(_position + 1);
        }

        if (rest[_position] != (byte)'$')
        {
            return Fail(RespErrors.ExpectedBulk(rest[_position]));
        }

        var status = ReadLength(rest, RespErrors.LengthLineTooLong, RespErrors.InvalidBulkLength, out var length);
        if (status != ReadStatus.Complete)
        {
            return status;
        }

        if (length < 0 || length > _limits.BulkBytes)
        {
            return Fail(_limits.IsUnauthenticated && length > 0 ? RespErrors.UnauthenticatedBulkLength : RespErrors.InvalidBulkLength);
        }

        if (_position + length + 2 > _limits.MessageBytes)
        {
            return Fail(RespErrors.RequestTooLarge);
        }

        _bulkLength = (int)length;
        return ReadStatus.Complete;
    }

    /// <summary>Reads the number and the CR LF after the type byte at the position, and moves the position behind them.</summary>
    private ReadStatus ReadLength(ReadOnlySpan<byte> rest, ReadOnlySpan<byte> tooLong, ReadOnlySpan<byte> invalid, out long value)
    {
        var line = rest[(_position + 1)..];
        value = 0;
        var digits = 0;
        while (digits < line.Length && digits < 10 && (uint)(line[digits] - '0') <= 9)
        {
            value = (value * 10) + (line[digits] - '0');
            digits++;
        }

        // The plain case, a whole line of a few digits; everything else goes the slow way and is judged there.
        if (digits > 0 && digits + 1 < line.Length && line[digits] == (byte)'\r' && line[digits + 1] == (byte)'\n'
            && (line[0] != (byte)'0' || digits == 1))
        {
            return PassLine(digits);
        }

        return ReadUnusualLength(line, tooLong, invalid, out value);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ReadStatus ReadUnusualLength(ReadOnlySpan<byte> line, ReadOnlySpan<byte> tooLong, ReadOnlySpan<byte> invalid, out long value)
    {
        value = 0;
        var window = line[..Math.Min(line.Length, _limits.InlineBytes)];
        var found = window[_scanned..].IndexOf((byte)'\r');
        if (found < 0)
        {
            _scanned = window.Length;
            return window.Length == _limits.InlineBytes ? Fail(tooLong) : Need(_position + 1 + window.Length + 1);
        }

        _scanned += found;
        if (_scanned + 1 == line.Length)
        {
            return Need(_position + 1 + _scanned + 2);
        }

        return line[_scanned + 1] == (byte)'\n' && RedisInteger.TryParse(line[.._scanned], out value) ? PassLine(_scanned) : Fail(invalid);
    }

    private ReadStatus PassLine(int length)
    {
        _position += 1 + length + 2;
        _scanned = 0;
        return ReadStatus.Complete;
    }

    private ReadStatus ReadInline(ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> source)
    {
        source = rest;
        var window = rest[..Math.Min(rest.Length, _limits.InlineBytes)];
        var found = window[_scanned..].IndexOf((byte)'\n');
        if (found < 0)
        {
            _scanned = window.Length;
            return window.Length == _limits.InlineBytes ? Fail(RespErrors.InlineTooLarge) : Need(window.Length + 1);
        }

        var end = _scanned + found;
        _position = end + 1;
        if (end > 0 && rest[end - 1] == (byte)'\r')
        {
            end--;
        }

        return SplitLine(rest[..end], out source);
    }

    private ReadStatus SplitLine(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> source)
    {
        source = line;
        var splitter = new RespInlineLine(line);
        if (splitter.HasQuotes)
        {
            if (_unquoted.Length < line.Length)
            {
                _unquoted = new byte[line.Length];
            }

            splitter = new RespInlineLine(line, _unquoted);
            source = _unquoted;
        }

        while (splitter.TryReadWord(out var word))
        {
            AddArgument(word);
        }

        return splitter.IsUnbalanced ? Fail(RespErrors.UnbalancedQuotes) : ReadStatus.Complete;
    }

    private void AddArgument(RespRange argument)
    {
        if (_count == _arguments.Length)
        {
            Array.Resize(ref _arguments, _count * 2);
        }

        _arguments[_count++] = argument;
    }

    /// <summary>Forgets the request just read; a table that one large request left behind goes with the next small one.</summary>
    private void StartNext()
    {
        if (_arguments.Length > KeptArguments && _count <= KeptArguments / 4)
        {
            Array.Resize(ref _arguments, KeptArguments);
        }

        _position = 0;
        _scanned = 0;
        _needed = 0;
        _count = 0;
        _remaining = 0;
        _bulkLength = -1;
    }

    private ReadStatus Need(int bytes)
    {
        _needed = bytes;
        return ReadStatus.NeedMore;
    }

    private ReadStatus Fail(ReadOnlySpan<byte> error)
    {
        _error = error.ToArray();
        return ReadStatus.ProtocolError;
    }
}
