using Catena.Core.Primitives;

namespace Catena.Core.Transactions;

/// <summary>The ranges that a transaction has scanned in one partition, with how many keys there were; an enumerable without copying.</summary>
/// <param name="bytes">Verified bytes.</param>
public ref struct PartRanges(ReadOnlySpan<byte> bytes)
{
    private ByteReader _reader = new(bytes);

    /// <summary>The first stored key of the range that <see cref="MoveNext" /> went to.</summary>
    public ReadOnlySpan<byte> From { get; private set; }

    /// <summary>The first stored key that does not belong to it.</summary>
    public ReadOnlySpan<byte> To { get; private set; }

    /// <summary>The table.</summary>
    public ushort Table { get; private set; }

    /// <summary>How many keys there were. They are among the keys that were read, so that the number says that there are no others.</summary>
    public int Count { get; private set; }

    /// <summary>The range.</summary>
    public readonly KeyRange Range => new(From.ToArray(), To.ToArray(), Table);

    /// <summary>Goes to the next range.</summary>
    /// <returns>False at the end.</returns>
    public bool MoveNext()
    {
        if (_reader.Rest.IsEmpty)
        {
            return false;
        }

        From = _reader.ReadString();
        To = _reader.ReadString();
        Table = _reader.ReadUInt16();
        Count = (int)Math.Min(_reader.ReadVarint(), int.MaxValue);
        return true;
    }
}
