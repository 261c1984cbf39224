using Catena.Faults.Reporting;

namespace Catena.Faults.Checking;

/// <summary>Judges how a full disk was met.</summary>
internal static class FullDisk
{
    /// <summary>Longer than any takeover, in milliseconds.</summary>
    private const double Patience = 5_000;

    /// <summary>Whether writes stood still for it and no client was told why. Where a node frees as much as is written, by compaction, nobody need be told.</summary>
    /// <param name="figures">What it cost, of a disk that was full by itself.</param>
    public static bool IsHidden(FaultFigures figures) => figures.AffectedWriteGap > Patience && !figures.Errors.Keys.Any(code => code is "MISCONF" or "read only");
}
