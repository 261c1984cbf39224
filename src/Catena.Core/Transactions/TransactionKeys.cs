using Catena.Core.Data;
using Catena.Core.Placement;

namespace Catena.Core.Transactions;

/// <summary>The keys under which a partition keeps what transactions need: what is prepared, and what is decided.</summary>
/// <remarks>
/// They stand in a table of their own, behind all others, in the partition's first slot. So they are part of the replicated state like any key: in
/// entries, snapshots, checkpoints and backups, and there after any failover. A byte says what it is, the transaction's id follows.
/// </remarks>
public static class TransactionKeys
{
    /// <summary>The length of each.</summary>
    public const int Length = StoredKey.PrefixLength + 1 + TransactionId.Length;

    private const byte Decision = (byte)'d';
    private const byte Prepared = (byte)'p';

    /// <summary>Where the table begins and what it begins with.</summary>
    /// <param name="destination">Has room for <see cref="StoredKey.PrefixLength" /> bytes.</param>
    /// <param name="slots">The partition's slots.</param>
    public static void WritePrefix(Span<byte> destination, SlotRange slots) => StoredKey.Write(destination, slots.First.Value, StoredKey.SystemTable, default);

    /// <summary>The key of what is prepared of a transaction.</summary>
    /// <param name="destination">Has room for <see cref="Length" /> bytes.</param>
    /// <param name="slots">The partition's slots.</param>
    /// <param name="id">The transaction.</param>
    public static void WritePrepared(Span<byte> destination, SlotRange slots, in TransactionId id) => Write(destination, slots, Prepared, id);

    /// <summary>The key of the decision on a transaction, at its home partition.</summary>
    /// <param name="destination">Has room for <see cref="Length" /> bytes.</param>
    /// <param name="slots">The partition's slots.</param>
    /// <param name="id">The transaction.</param>
    public static void WriteDecision(Span<byte> destination, SlotRange slots, in TransactionId id) => Write(destination, slots, Decision, id);

    /// <summary>Whether a stored key is that of a prepared transaction, and of which.</summary>
    public static bool IsPrepared(ReadOnlySpan<byte> storedKey, out TransactionId id) => Is(storedKey, Prepared, out id);

    /// <summary>Whether a stored key is that of a decision, and on which transaction.</summary>
    public static bool IsDecision(ReadOnlySpan<byte> storedKey, out TransactionId id) => Is(storedKey, Decision, out id);

    private static void Write(Span<byte> destination, SlotRange slots, byte what, in TransactionId id)
    {
        WritePrefix(destination, slots);
        destination[StoredKey.PrefixLength] = what;
        id.Write(destination[(StoredKey.PrefixLength + 1)..]);
    }

    private static bool Is(ReadOnlySpan<byte> storedKey, byte what, out TransactionId id)
    {
        var isOne = storedKey.Length == Length && StoredKey.IsSystem(storedKey) && storedKey[StoredKey.PrefixLength] == what;
        id = isOne ? TransactionId.Read(storedKey[(StoredKey.PrefixLength + 1)..]) : default;
        return isOne;
    }
}
