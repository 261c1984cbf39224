using Catena.Core.Primitives;

namespace Catena.Simulation.Checkers;

/// <summary>What identifies a log entry: two entries with equal digests are the same entry.</summary>
/// <param name="Lsn">Its position.</param>
/// <param name="Body">A hash of its body.</param>
public readonly record struct LogEntryDigest(Lsn Lsn, ulong Body)
{
    /// <inheritdoc />
    public override string ToString() => FormattableString.Invariant($"{Lsn}#{Body:x}");
}
