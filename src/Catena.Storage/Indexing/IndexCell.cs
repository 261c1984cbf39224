using System.Runtime.InteropServices;
using Catena.Core.Data;
using Catena.Core.Primitives;

namespace Catena.Storage.Indexing;

/// <summary>Where the parts of one cell of an index page are.</summary>
/// <remarks>
/// Every cell begins with a word: the key's length in the lower 24 bits, flags above. A branch's cell goes on with the child u32 that
/// holds keys from the cell's key on. A leaf's goes on with the length of the value in it u16, epoch (u32, or u64 where wide), sequence u64, expiry i64
/// where there is one, and for a value in the journal position i64, length u32 and checksum u32. Then comes the key, or for a long one its
/// first bytes and the number u32 of the page where it goes on; last the value.
/// </remarks>
internal readonly unsafe struct IndexCell
{
    /// <summary>Keys up to this length stand in their page.</summary>
    internal const int MaxKeyInPage = 896;

    /// <summary>So many bytes of a longer key stand in its page.</summary>
    internal const int LongKeyHead = 256;

    /// <summary>The bytes of a long key that fit into one further page.</summary>
    internal const int LongKeyPageBytes = PageSpace.PageSize - IndexPage.HeaderLength;

    /// <summary>The longest cell: a wide version, an expiry, the longest value and the longest key in a page.</summary>
    internal const int MaxLength = 4 + 2 + 16 + 8 + OrderedIndex.MaxInlineLength + MaxKeyInPage;

    private const uint IsLongKey = 1u << 24;
    private const uint IsWide = 2u << 24;
    private const uint HasExpiry = 4u << 24;
    private const uint IsInJournal = 8u << 24;
    private const uint LengthMask = (1u << 24) - 1;
    private const int BranchFixed = 8;
    private const int LeafFixed = 6;

    private readonly uint _word;

    private IndexCell(int offset, uint word, int keyAt, int keyInPage, int valueLength)
    {
        Offset = offset;
        _word = word;
        KeyAt = keyAt;
        KeyInPage = keyInPage;
        InlineLength = valueLength;
    }

    /// <summary>The cell's offset in its page.</summary>
    internal int Offset { get; }

    /// <summary>The key's offset in the page.</summary>
    internal int KeyAt { get; }

    /// <summary>The bytes of the key that stand in the page.</summary>
    internal int KeyInPage { get; }

    /// <summary>The bytes of the value that stand in the page.</summary>
    internal int InlineLength { get; }

    /// <summary>The key's length.</summary>
    internal int KeyLength => (int)(_word & LengthMask);

    /// <summary>Whether the key goes on in another page.</summary>
    internal bool IsLong => (_word & IsLongKey) != 0;

    /// <summary>The value's offset in the page.</summary>
    internal int ValueAt => KeyAt + KeyInPage + (IsLong ? 4 : 0);

    /// <summary>The cell's length.</summary>
    internal int Length => ValueAt + InlineLength - Offset;

    /// <summary>Reads a slot's cell from a page that may be changing.</summary>
    /// <returns>False where what was read makes no sense; otherwise every part lies inside the page.</returns>
    internal static bool TryRead(byte* page, int slot, out IndexCell cell)
    {
        cell = default;
        var offset = IndexPage.CellOffset(page, slot);
        if (offset < IndexPage.HeaderLength || offset > PageSpace.PageSize - BranchFixed)
        {
            return false;
        }

        var word = *(uint*)(page + offset);
        var isLeaf = IndexPage.Kind(page) == IndexPage.Leaf;
        var valueLength = isLeaf ? *(ushort*)(page + offset + 4) : 0;
        var keyAt = offset + (isLeaf ? LeafKeyAt(word) : BranchFixed);
        var keyInPage = (word & IsLongKey) != 0 ? LongKeyHead : (int)(word & LengthMask);
        cell = new IndexCell(offset, word, keyAt, keyInPage, valueLength);
        return (word & LengthMask) <= StoredKey.MaxLength && cell.ValueAt + valueLength <= PageSpace.PageSize;
    }

    /// <summary>Reads a slot's cell from a page that nobody changes.</summary>
    /// <exception cref="InvalidOperationException">There is none: the index is broken.</exception>
    internal static void Read(byte* page, int slot, out IndexCell cell)
    {
        if (!TryRead(page, slot, out cell))
        {
            throw new InvalidOperationException($"The index holds a malformed cell in slot {slot}.");
        }
    }

    /// <summary>The checksum of a key: of what of it stands in its page.</summary>
    internal static uint ChecksumOfKey(ReadOnlySpan<byte> key) => Crc32C.Compute(key.Length <= MaxKeyInPage ? key : key[..LongKeyHead]);

    /// <summary>The hash of a key.</summary>
    internal static uint HashOfKey(ReadOnlySpan<byte> key) => HashOf(ChecksumOfKey(key));

    /// <summary>The hash of the key of a leaf's cell.</summary>
    internal static uint HashOfCell(ReadOnlySpan<byte> leafCell)
    {
        var word = MemoryMarshal.Read<uint>(leafCell);
        return HashOf(Crc32C.Compute(leafCell.Slice(LeafKeyAt(word), (word & IsLongKey) != 0 ? LongKeyHead : (int)(word & LengthMask))));
    }

    /// <summary>The hash of a key with a checksum (<see cref="ChecksumOfKey" />), which is linear: keys that differ in few digits would have few of the values that its parts can have (the finalizer of MurmurHash3, Appleby).</summary>
    internal static uint HashOf(uint checksum)
    {
        checksum = (checksum ^ (checksum >> 16)) * 0x85EB_CA6B;
        checksum = (checksum ^ (checksum >> 13)) * 0xC2B2_AE35;
        return checksum ^ (checksum >> 16);
    }

    /// <summary>The child that a branch's cell names.</summary>
    internal uint Child(byte* page) => *(uint*)(page + Offset + 4);

    /// <summary>The page where a long key goes on.</summary>
    internal uint LongKeyPage(byte* page) => *(uint*)(page + KeyAt + LongKeyHead);

    /// <summary>The part of the key that stands in the page.</summary>
    internal ReadOnlySpan<byte> Key(byte* page) => new(page + KeyAt, KeyInPage);

    /// <summary>The value that stands in the page.</summary>
    internal ReadOnlySpan<byte> Value(byte* page) => new(page + ValueAt, InlineLength);

    /// <summary>What a leaf's cell says of its key.</summary>
    internal IndexEntry Entry(byte* page)
    {
        var at = page + Offset + LeafFixed;
        ulong epoch;
        if ((_word & IsWide) != 0)
        {
            epoch = *(ulong*)at;
            at += 8;
        }
        else
        {
            epoch = *(uint*)at;
            at += 4;
        }

        var version = new Lsn(new Epoch(epoch), *(ulong*)at);
        at += 8;
        long expiry = 0;
        if ((_word & HasExpiry) != 0)
        {
            expiry = *(long*)at;
            at += 8;
        }

        return (_word & IsInJournal) != 0
            ? new IndexEntry(version, expiry, *(long*)at, *(int*)(at + 8), *(uint*)(at + 12))
            : new IndexEntry(version, expiry, 0, InlineLength, 0);
    }

    /// <summary>Says where in the journal the value of a leaf's cell stands, where it stands there.</summary>
    internal void SetPosition(byte* page, long position) =>
        *(long*)(page + Offset + LeafFixed + ((_word & IsWide) != 0 ? 16 : 12) + ((_word & HasExpiry) != 0 ? 8 : 0)) = position;

    /// <summary>How long the cell of a key is that stands in its page.</summary>
    internal static int LengthOfLeaf(ReadOnlySpan<byte> key, in IndexEntry entry, ReadOnlySpan<byte> value) =>
        LeafFixed + (entry.Version.Epoch.Value > uint.MaxValue ? 16 : 12) + (entry.Expiry != 0 ? 8 : 0) + key.Length + (entry.IsInline ? value.Length : 16);

    /// <summary>Builds a leaf's cell.</summary>
    /// <param name="destination">As many bytes as it takes; <see cref="MaxLength" /> at most.</param>
    /// <param name="key">The key.</param>
    /// <param name="longKeyPage">Where a key too long for a page goes on.</param>
    /// <param name="entry">What is said of it.</param>
    /// <param name="value">The value, where it stands in the index.</param>
    /// <returns>The cell's length.</returns>
    internal static int BuildLeaf(byte* destination, ReadOnlySpan<byte> key, uint longKeyPage, in IndexEntry entry, ReadOnlySpan<byte> value)
    {
        var epoch = entry.Version.Epoch.Value;
        var word = (uint)key.Length
            | (key.Length > MaxKeyInPage ? IsLongKey : 0)
            | (epoch > uint.MaxValue ? IsWide : 0)
            | (entry.Expiry != 0 ? HasExpiry : 0)
            | (entry.IsInline ? 0 : IsInJournal);
        *(uint*)destination = word;
        *(ushort*)(destination + 4) = entry.IsInline ? (ushort)value.Length : (ushort)0;
        var at = destination + LeafFixed;
        if (epoch > uint.MaxValue)
        {
            *(ulong*)at = epoch;
            at += 8;
        }
        else
        {
            *(uint*)at = (uint)epoch;
            at += 4;
        }

        *(ulong*)at = entry.Version.Sequence;
        at += 8;
        if (entry.Expiry != 0)
        {
            *(long*)at = entry.Expiry;
            at += 8;
        }

        if (!entry.IsInline)
        {
            *(long*)at = entry.Position;
            *(int*)(at + 8) = entry.ValueLength;
            *(uint*)(at + 12) = entry.Checksum;
            at += 16;
        }

        at = AddKey(at, key, longKeyPage);
        if (entry.IsInline)
        {
            value.CopyTo(new Span<byte>(at, value.Length));
            at += value.Length;
        }

        return (int)(at - destination);
    }

    /// <summary>Builds a branch's cell.</summary>
    /// <returns>The cell's length.</returns>
    internal static int BuildBranch(byte* destination, ReadOnlySpan<byte> key, uint longKeyPage, uint child)
    {
        *(uint*)destination = (uint)key.Length | (key.Length > MaxKeyInPage ? IsLongKey : 0);
        *(uint*)(destination + 4) = child;
        return (int)(AddKey(destination + BranchFixed, key, longKeyPage) - destination);
    }

    /// <summary>Puts another child into a branch's cell.</summary>
    internal static void SetChild(byte* cell, uint child) => *(uint*)(cell + 4) = child;

    private static byte* AddKey(byte* at, ReadOnlySpan<byte> key, uint longKeyPage)
    {
        if (key.Length <= MaxKeyInPage)
        {
            key.CopyTo(new Span<byte>(at, key.Length));
            return at + key.Length;
        }

        key[..LongKeyHead].CopyTo(new Span<byte>(at, LongKeyHead));
        *(uint*)(at + LongKeyHead) = longKeyPage;
        return at + LongKeyHead + 4;
    }

    private static int LeafKeyAt(uint word) =>
        LeafFixed
        + ((word & IsWide) != 0 ? 16 : 12)
        + ((word & HasExpiry) != 0 ? 8 : 0)
        + ((word & IsInJournal) != 0 ? 16 : 0);
}
