namespace Catena.Faults.Faults;

/// <summary>A fault that has struck; times are in nanoseconds of the clock that the histories use.</summary>
internal sealed class StruckFault
{
    /// <summary>What struck.</summary>
    public required FaultKind Kind { get; init; }

    /// <summary>Whom, for people.</summary>
    public required string Victim { get; init; }

    /// <summary>The partitions that may notice: those in which the victims have the places that the kind is about, those that a victim led or read for, or all.</summary>
    public required IReadOnlySet<int> Partitions { get; init; }

    /// <summary>Those of which a victim was the first member.</summary>
    public required IReadOnlySet<int> Led { get; init; }

    /// <summary>When it began to strike.</summary>
    public required long Struck { get; init; }

    /// <summary>When it had been undone.</summary>
    public long Undone { get; set; }

    /// <summary>When all partitions had all members again.</summary>
    public long Whole { get; set; }

    /// <summary>Undoes it.</summary>
    public required Action Undo { get; init; }
}
