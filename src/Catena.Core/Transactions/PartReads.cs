using Catena.Core.Primitives;

namespace Catena.Core.Transactions;

/// <summary>The keys that a transaction has read in one partition, with their versions; an enumerable without copying.</summary>
/// <param name="bytes">Verified bytes.</param>
public ref struct PartReads(ReadOnlySpan<byte> bytes)
{
    private ByteReader _reader = new(bytes);

    /// <summary>The stored key that <see cref="MoveNext" /> went to.</summary>
    public ReadOnlySpan<byte> Key { get; private set; }

    /// <summary>The version that was read; zero for absence.</summary>
    public Lsn Version { get; private set; }

    /// <summary>Goes to the next read.</summary>
    /// <returns>False at the end.</returns>
    public bool MoveNext()
    {
        if (_reader.Rest.IsEmpty)
        {
            return false;
        }

        Key = _reader.ReadString();
        Version = _reader.ReadLsn();
        return true;
    }
}
