using Catena.Core.Primitives;

namespace Catena.Core.Data;

/// <summary>Reads what <see cref="ResultWriter" /> wrote, without copying.</summary>
public ref struct ResultReader
{
    private ByteReader _reader;

    /// <summary>Reads the head of a result.</summary>
    /// <param name="result">The whole result.</param>
    public ResultReader(ReadOnlySpan<byte> result)
    {
        _reader = new ByteReader(result);
        Kind = (ResultKind)_reader.ReadByte();
        if (Kind == ResultKind.Aged)
        {
            Age = _reader.ReadInt64();
            Kind = (ResultKind)_reader.ReadByte();
            IsAged = Kind is ResultKind.Value or ResultKind.Nil;
            if (!IsAged)
            {
                _reader.Fail();
            }
        }

        switch (Kind)
        {
            case ResultKind.Ok or ResultKind.Nil:
                break;
            case ResultKind.Integer:
                Integer = _reader.ReadInt64();
                break;
            case ResultKind.Value:
                Version = _reader.ReadLsn();
                Value = _reader.ReadString();
                break;
            case ResultKind.List or ResultKind.Results:
                Count = _reader.ReadCount();
                break;
            case ResultKind.Entries:
                Count = _reader.ReadCount();
                Position = _reader.ReadLsn();
                break;
            case ResultKind.Range:
                Position = _reader.ReadLsn();
                LastDeletion = _reader.ReadLsn();
                Value = _reader.ReadString();
                Count = _reader.ReadCount();
                break;
            case ResultKind.Page:
                NextSlot = (int)Math.Min(_reader.ReadVarint(), int.MaxValue);
                Count = _reader.ReadCount();
                break;
            case ResultKind.Error:
                Error = (ErrorCode)_reader.ReadByte();
                Value = _reader.ReadString();
                break;
            default:
                _reader.Fail();
                break;
        }
    }

    /// <summary>Whether the result may be out of date, by at most <see cref="Age" />.</summary>
    public bool IsAged { get; }

    /// <summary>By how many milliseconds an aged result may be out of date.</summary>
    public long Age { get; }

    /// <summary>What the result holds; of an aged one, what it says beside its age.</summary>
    public ResultKind Kind { get; }

    /// <summary>The number.</summary>
    public long Integer { get; }

    /// <summary>The value, the text of an error, or in a range the stored key to go on from, empty at the end.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>The value's version.</summary>
    public Lsn Version { get; }

    /// <summary>How many items a list, page, or other kind of several has.</summary>
    public int Count { get; }

    /// <summary>Of entries and of a range: the last entry of the log that the state has which was read.</summary>
    public Lsn Position { get; }

    /// <summary>Of a range, and of the entry that was read last where nothing stands there: the last deletion of a key of its slots, or a later position.</summary>
    public Lsn LastDeletion { get; private set; }

    /// <summary>In a page: the slot to go on from; 16,384 after the last.</summary>
    public int NextSlot { get; }

    /// <summary>In an error: its code.</summary>
    public ErrorCode Error { get; }

    /// <summary>Whether everything read so far was well formed.</summary>
    public readonly bool IsValid => _reader.IsValid;

    /// <summary>Reads the next item of a list or page.</summary>
    /// <param name="item">Its value.</param>
    /// <returns>False where the item is nil.</returns>
    public bool ReadItem(out ReadOnlySpan<byte> item)
    {
        var hasValue = _reader.ReadByte() == 1;
        item = hasValue ? _reader.ReadString() : default;
        return hasValue;
    }

    /// <summary>Reads the next of a transaction's results.</summary>
    public ReadOnlySpan<byte> ReadResult() => _reader.ReadString();

    /// <summary>Reads the next entry.</summary>
    /// <param name="version">The version; zero where there is nothing.</param>
    /// <param name="expiry">When it expires, in milliseconds since 1970 UTC; 0 for never.</param>
    /// <param name="value">The value, unless it was not asked for.</param>
    /// <returns>False where there is nothing.</returns>
    public bool ReadEntry(out Lsn version, out long expiry, out ReadOnlySpan<byte> value)
    {
        var isThere = _reader.ReadByte() == 1;
        version = isThere ? _reader.ReadLsn() : Lsn.Zero;
        expiry = isThere ? (long)_reader.ReadVarint() : 0;
        value = isThere ? _reader.ReadString() : default;
        LastDeletion = isThere ? Lsn.Zero : _reader.ReadLsn();
        return isThere && _reader.IsValid;
    }

    /// <summary>Reads the next key of a range.</summary>
    /// <param name="version">Its version.</param>
    /// <param name="expiry">When it expires, in milliseconds since 1970 UTC; 0 for never.</param>
    /// <param name="value">The value, unless it was not asked for.</param>
    /// <returns>The stored key.</returns>
    public ReadOnlySpan<byte> ReadKey(out Lsn version, out long expiry, out ReadOnlySpan<byte> value)
    {
        var storedKey = _reader.ReadString();
        version = _reader.ReadLsn();
        expiry = (long)_reader.ReadVarint();
        value = _reader.ReadString();
        return storedKey;
    }
}
