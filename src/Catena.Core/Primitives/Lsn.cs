using System.Globalization;

namespace Catena.Core.Primitives;

/// <summary>A position in a partition's log: the epoch in which the entry was proposed, and its sequence number.</summary>
/// <remarks>
/// Sequence numbers run on across epochs without gaps, starting at 1; sequence 0 is "before the first entry". Logs compare by
/// epoch first and sequence second: of two logs, the one whose last LSN is higher is the longer one. A key's version is the
/// LSN of its last write.
/// </remarks>
/// <param name="Epoch">The epoch in which the entry was proposed.</param>
/// <param name="Sequence">The entry's number in the partition's log.</param>
public readonly record struct Lsn(Epoch Epoch, ulong Sequence) : IComparable<Lsn>
{
    /// <summary>The position before the first entry of a log.</summary>
    public static Lsn Zero => default;

    /// <inheritdoc />
    public int CompareTo(Lsn other)
    {
        var byEpoch = Epoch.CompareTo(other.Epoch);
        return byEpoch != 0 ? byEpoch : Sequence.CompareTo(other.Sequence);
    }

    /// <summary>Reads what <see cref="ToString" /> prints.</summary>
    /// <param name="text">The text.</param>
    /// <param name="lsn">The position.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out Lsn lsn)
    {
        lsn = default;
        var point = text.IndexOf('.');
        if (point < 0
            || !ulong.TryParse(text[..point], NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            || !ulong.TryParse(text[(point + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
        {
            return false;
        }

        lsn = new Lsn(new Epoch(epoch), sequence);
        return true;
    }

    /// <summary>Prints epoch and sequence, as in <c>4.1017</c>.</summary>
    public override string ToString() => $"{Epoch.Value}.{Sequence}";

    /// <summary>Whether <paramref name="left" /> is before.</summary>
    public static bool operator <(Lsn left, Lsn right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="left" /> is after.</summary>
    public static bool operator >(Lsn left, Lsn right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left" /> is before or the same.</summary>
    public static bool operator <=(Lsn left, Lsn right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="left" /> is after or the same.</summary>
    public static bool operator >=(Lsn left, Lsn right) => left.CompareTo(right) >= 0;
}
