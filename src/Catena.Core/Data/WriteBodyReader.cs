using Catena.Core.Primitives;

namespace Catena.Core.Data;

/// <summary>Reads what <see cref="WriteBody" /> writes, without copying.</summary>
/// <remarks>
/// Use: construct, check <see cref="IsValid" />, call <see cref="MoveNext" /> until it returns false, check again. A body that
/// passed its entry's checksum and is malformed all the same is a broken invariant.
/// </remarks>
public ref struct WriteBodyReader
{
    private ByteReader _reader;

    /// <summary>Reads the start of <paramref name="body" />.</summary>
    /// <param name="body">The entry's body.</param>
    public WriteBodyReader(ReadOnlySpan<byte> body)
    {
        _reader = new ByteReader(body);
        var origin = _reader.ReadUInt64();
        if (origin == 0)
        {
            return;
        }

        var incarnation = _reader.ReadVarint();
        var sequence = _reader.ReadVarint();
        var distance = _reader.ReadVarint();
        if (distance == 0 || distance > sequence)
        {
            _reader.Fail();
            return;
        }

        Request = new RequestId(origin, incarnation, sequence, sequence - distance);
        Result = _reader.ReadString();
    }

    /// <summary>Whether everything read so far was well formed.</summary>
    public readonly bool IsValid => _reader.IsValid;

    /// <summary>Who asked.</summary>
    public RequestId Request { get; }

    /// <summary>The encoded result; empty where the request is never retried.</summary>
    public ReadOnlySpan<byte> Result { get; }

    /// <summary>The mutation that <see cref="MoveNext" /> went to.</summary>
    public Mutation Current { get; private set; }

    /// <summary>Goes to the next mutation.</summary>
    /// <returns>False at the end, and at the first malformed byte.</returns>
    public bool MoveNext()
    {
        if (!_reader.IsValid || _reader.Rest.IsEmpty)
        {
            return false;
        }

        var kind = (MutationKind)_reader.ReadByte();
        var key = _reader.ReadString();
        var expiry = kind == MutationKind.Put ? (long)_reader.ReadVarint() : 0;
        var value = kind == MutationKind.Put ? _reader.ReadString() : default;
        if (kind is not (MutationKind.Put or MutationKind.Delete or MutationKind.DeletePrefix) || expiry < 0)
        {
            _reader.Fail();
        }

        Current = new Mutation { Kind = kind, Key = key, Value = value, Expiry = expiry };
        return _reader.IsValid;
    }
}
