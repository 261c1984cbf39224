using Catena.Core.Primitives;

namespace Catena.Core.Data;

/// <summary>Reads mutations that <see cref="WriteBody.WriteMutation" /> wrote one behind the other, without copying.</summary>
/// <param name="bytes">The mutations.</param>
public ref struct MutationReader(ReadOnlySpan<byte> bytes)
{
    private ByteReader _reader = new(bytes);

    /// <summary>Whether everything read so far was well formed.</summary>
    public readonly bool IsValid => _reader.IsValid;

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
