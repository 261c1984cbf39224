using Catena.Faults.Checking;
using Catena.Faults.Faults;
using Catena.Faults.Workers;
using Catena.Simulation.Histories;

namespace Catena.Faults.Reporting;

/// <summary>Takes the figures of faults from a round's history.</summary>
/// <param name="round">The round.</param>
/// <param name="operations">Its history.</param>
/// <param name="keys">Its keys.</param>
/// <param name="begin">When clients began to ask.</param>
/// <param name="end">When they had ended.</param>
internal sealed class FiguresOfFaults(int round, IReadOnlyList<RecordedOperation> operations, KeySet keys, long begin, long end)
{
    private const double NanosecondsPerMillisecond = 1e6;

    /// <summary>The figures of one fault.</summary>
    public FaultFigures Of(StruckFault fault)
    {
        var during = operations.Where(one => one.Operation.Return >= fault.Struck && one.Operation.Return <= fault.Whole).ToList();

        // Of cold keys alone a gap would tell how seldom they are used.
        var hasAffected = keys.BusyPartitions.Any(fault.Partitions.Contains);
        return new FaultFigures(
            round,
            FaultKinds.NameOf(fault.Kind),
            fault.Victim,
            (fault.Undone - fault.Struck) / NanosecondsPerMillisecond,
            (fault.Whole - fault.Undone) / NanosecondsPerMillisecond,
            hasAffected ? GapOf(fault, one => one.IsWrite && IsAffected(fault, one)) : null,
            hasAffected ? GapOf(fault, one => !one.IsWrite && IsAffected(fault, one)) : null,
            GapOf(fault, one => one.IsWrite),
            GapOf(fault, one => !one.IsWrite),
            during.Count,
            during.Where(one => !one.IsOk)
                .GroupBy(one => one.Operation.Outcome == Outcome.Unknown ? $"{one.Error} (open)" : one.Error ?? "?")
                .OrderByDescending(errors => errors.Count())
                .ToDictionary(errors => errors.Key, errors => errors.Count()));
    }

    private bool IsAffected(StruckFault fault, RecordedOperation one) => fault.Partitions.Contains(keys.PartitionOf(one.Operation.Key));

    private double GapOf(StruckFault fault, Func<RecordedOperation, bool> isMeant) =>
        Gaps.Longest(operations.Where(one => one.IsOk && isMeant(one)).Select(one => one.Operation.Return), fault.Struck, fault.Whole, begin, end)
            / NanosecondsPerMillisecond;
}
