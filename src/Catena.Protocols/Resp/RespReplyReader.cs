using Catena.Protocols.Resp.Commands;

namespace Catena.Protocols.Resp;

/// <summary>Finds the replies in what a client has received, of every type of RESP2 and RESP3, in any fragments.</summary>
/// <remarks>
/// <para>
/// The contract is that of <see cref="RespRequestReader" />: one contiguous buffer shown from its first byte that is not
/// consumed, and bytes that have been looked at are not looked at again while a reply is incomplete. A reply is checked as
/// it arrives and viewed when it is whole; a count that is announced allocates nothing. Reading allocates nothing at all.
/// </para>
/// <para>
/// Strings and aggregates of unknown length (<c>$?</c>, <c>*?</c>) are in RESP3's specification but are sent by no server; they
/// are refused. Not thread-safe; one reader a connection.
/// </para>
/// </remarks>
public sealed class RespReplyReader
{
    private readonly RespLimits _limits;
    private readonly long[] _open;
    private int _depth;
    private int _position;
    private int _scanned;
    private int _needed;

    /// <summary>A reader at the start of a connection.</summary>
    /// <param name="limits">What the server may send at most.</param>
    public RespReplyReader(RespLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        _limits = limits;
        _open = new long[limits.ReplyDepth];
    }

    /// <summary>After <see cref="ReadStatus.NeedMore" />: how many bytes the next call needs at least.</summary>
    public int BytesNeeded => Math.Max(_needed, 1);

    /// <summary>After <see cref="ReadStatus.ProtocolError" />: what is wrong with the server's bytes.</summary>
    public string? Error { get; private set; }

    /// <summary>Reads the next reply.</summary>
    /// <param name="buffer">Everything received and not yet consumed.</param>
    /// <param name="reply">The reply, if <see cref="ReadStatus.Complete" />; it views the buffer.</param>
    /// <param name="consumed">How many bytes the caller drops once it is done with the reply; 0 unless there is one.</param>
    /// <returns>What was found; after a protocol error always that.</returns>
    public ReadStatus Read(ReadOnlySpan<byte> buffer, out RespReply reply, out int consumed)
    {
        reply = default;
        consumed = 0;
        if (Error is not null)
        {
            return ReadStatus.ProtocolError;
        }

        if (buffer.Length < BytesNeeded)
        {
            return ReadStatus.NeedMore;
        }

        do
        {
            var status = ReadElement(buffer);
            if (status != ReadStatus.Complete)
            {
                return status;
            }
        }
        while (_depth > 0);

        reply = RespReply.ViewFirst(buffer, out consumed);
        _position = 0;
        _needed = 0;
        return ReadStatus.Complete;
    }

    /// <summary>Reads a scalar whole, or the header of an aggregate, and closes the aggregates that it completes.</summary>
    private ReadStatus ReadElement(ReadOnlySpan<byte> buffer)
    {
        if (buffer.Length <= _position)
        {
            return Need(_position + 1);
        }

        var type = buffer[_position];
        if ("+-(,:#_$!=*~>%|"u8.IndexOf(type) < 0)
        {
            return Fail($"a reply begins with the byte 0x{type:x2}, which is no type");
        }

        var status = FindLine(buffer, out var line);
        if (status != ReadStatus.Complete)
        {
            return status;
        }

        return type switch
        {
            (byte)'$' or (byte)'!' or (byte)'=' => ReadBulk(buffer, type, line),
            (byte)'*' or (byte)'~' or (byte)'>' or (byte)'%' or (byte)'|' => ReadAggregate(type, line),
            _ => ReadScalar(type, line),
        };
    }

    private ReadStatus FindLine(ReadOnlySpan<byte> buffer, out ReadOnlySpan<byte> line)
    {
        line = buffer[(_position + 1)..];
        var window = line[..Math.Min(line.Length, _limits.InlineBytes)];
        var found = window[_scanned..].IndexOf((byte)'\r');
        if (found < 0)
        {
            _scanned = window.Length;
            return window.Length == _limits.InlineBytes ? Fail("a line is longer than the limit") : Need(_position + window.Length + 2);
        }

        _scanned += found;
        if (_scanned + 1 == line.Length)
        {
            return Need(_position + _scanned + 3);
        }

        if (line[_scanned + 1] != (byte)'\n')
        {
            return Fail("a carriage return without a line feed");
        }

        line = line[.._scanned];
        return ReadStatus.Complete;
    }

    private ReadStatus ReadScalar(byte type, ReadOnlySpan<byte> line)
    {
        var valid = type switch
        {
            (byte)':' => RespText.TryParseInteger(line, out _),
            (byte)',' => RespText.TryParseDouble(line, out _),
            (byte)'(' => RespText.IsBigNumber(line),
            (byte)'#' => line.SequenceEqual("t"u8) || line.SequenceEqual("f"u8),
            (byte)'_' => line.IsEmpty,
            _ => true,
        };
        return valid ? CloseElement(_position + line.Length + 3) : Fail($"a reply of type '{(char)type}' has a malformed value");
    }

    private ReadStatus ReadBulk(ReadOnlySpan<byte> buffer, byte type, ReadOnlySpan<byte> line)
    {
        var start = _position + line.Length + 3;
        if (type == (byte)'$' && line.SequenceEqual("-1"u8))
        {
            return CloseElement(start);
        }

        var least = type == (byte)'=' ? 4 : 0;
        if (!RedisInteger.TryParse(line, out var length) || length < least || length > _limits.BulkBytes
            || start + length + 2 > _limits.MessageBytes)
        {
            return Fail("a string's length is malformed or over the limit");
        }

        var end = start + (int)length;
        if (buffer.Length < end + 2)
        {
            return Need(end + 2);
        }

        if (buffer[end] != (byte)'\r' || buffer[end + 1] != (byte)'\n' || (least > 0 && buffer[start + 3] != (byte)':'))
        {
            return Fail("a string does not end where its length says");
        }

        return CloseElement(end + 2);
    }

    private ReadStatus ReadAggregate(byte type, ReadOnlySpan<byte> line)
    {
        var start = _position + line.Length + 3;
        if (type == (byte)'*' && line.SequenceEqual("-1"u8))
        {
            return CloseElement(start);
        }

        if (!RedisInteger.TryParse(line, out var count) || count < 0 || count > _limits.MultibulkCount
            || start > _limits.MessageBytes)
        {
            return Fail("the number of elements is malformed or over the limit");
        }

        // An attribute stands before the element it describes, and the two take one place.
        var elements = type == (byte)'|' ? (count * 2) + 1 : type == (byte)'%' ? count * 2 : count;
        if (elements == 0)
        {
            return CloseElement(start);
        }

        if (_depth == _open.Length)
        {
            return Fail("aggregates nest deeper than the limit");
        }

        _open[_depth++] = elements;
        _position = start;
        _scanned = 0;
        return ReadStatus.Complete;
    }

    private ReadStatus CloseElement(int position)
    {
        if (position > _limits.MessageBytes)
        {
            return Fail("a reply is longer than the limit");
        }

        _position = position;
        _scanned = 0;
        while (_depth > 0 && --_open[_depth - 1] == 0)
        {
            _depth--;
        }

        return ReadStatus.Complete;
    }

    private ReadStatus Need(int bytes)
    {
        _needed = bytes;
        return ReadStatus.NeedMore;
    }

    private ReadStatus Fail(string error)
    {
        Error = error;
        return ReadStatus.ProtocolError;
    }
}
