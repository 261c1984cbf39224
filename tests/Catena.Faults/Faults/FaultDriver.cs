using System.Diagnostics;
using Catena.Faults.Cluster;

namespace Catena.Faults.Faults;

/// <summary>Strikes a cluster with faults.</summary>
/// <param name="cluster">The cluster.</param>
internal sealed class FaultDriver(TestCluster cluster)
{
    /// <summary>The present time, in nanoseconds: CLOCK_MONOTONIC, which every process of the machine reads alike.</summary>
    public static long Now => (long)(Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency));

    /// <summary>Strikes.</summary>
    /// <param name="planned">What was drawn.</param>
    /// <param name="busyPartitions">Partitions that clients are busy with.</param>
    /// <returns>What has to be undone.</returns>
    public async Task<StruckFault> StrikeAsync(PlannedFault planned, IReadOnlyList<int> busyPartitions)
    {
        var partitions = await cluster.PartitionsAsync();
        var victims = VictimsOf(planned, partitions, busyPartitions);
        var names = victims.Select(victim => victim.Name).ToList();
        var affected = partitions.Where(partition => Places.Concern(planned.Kind, names, partition)).Select(partition => partition.Partition).ToHashSet();
        var led = partitions.Where(partition => partition.First is { } first && names.Contains(first)).Select(partition => partition.Partition).ToHashSet();
        var struck = Now;
        var (detail, undo) = Strike(planned, victims);
        return new StruckFault
        {
            Kind = planned.Kind,
            Victim = victims.Count == 0 ? detail : string.Join(", ", names) + detail,
            Partitions = affected,
            Led = led,
            Struck = struck,
            Undo = undo,
        };
    }

    private static void Each(IEnumerable<ClusterNode> nodes, Action<ManagedProcess> action)
    {
        foreach (var node in nodes)
        {
            action(node.Process);
        }
    }

    private List<ClusterNode> VictimsOf(PlannedFault planned, IReadOnlyList<PartitionStanding> partitions, IReadOnlyList<int> busyPartitions)
    {
        var nodes = cluster.Nodes;
        if (Places.Matter(planned.Kind))
        {
            var busy = busyPartitions[planned.Victim % busyPartitions.Count];
            var meant = Places.VictimsOf(planned.Kind, partitions.Single(partition => partition.Partition == busy).Members);
            if (meant.Count > 0)
            {
                return [.. meant.Select(name => nodes.Single(node => node.Name == name))];
            }
        }

        switch (planned.Kind)
        {
            case FaultKind.KillTwo or FaultKind.CutPair or FaultKind.CutLink:
                return [nodes[planned.Victim], nodes[(planned.Victim + 1) % nodes.Count]];
            case FaultKind.KillAll:
                return [.. nodes];
            case FaultKind.DiskFull:
                return [cluster.SmallDiskNode!];
            case FaultKind.KillCoordinator:
                return [];
            default:
                return [nodes[planned.Victim]];
        }
    }

    private (string Detail, Action Undo) Strike(PlannedFault planned, List<ClusterNode> victims)
    {
        switch (planned.Kind)
        {
            case FaultKind.Restart:
                Each(victims, process => process.Stop());
                return ("", () => Each(victims, process => process.Start()));
            case FaultKind.Pause:
                Each(victims, process => process.Pause());
                return ("", () => Each(victims, process => process.Continue()));
            case FaultKind.DiskFull:
                cluster.SmallDisk!.Fill();
                return ("", cluster.SmallDisk.Free);
            case FaultKind.KillCoordinator:
                cluster.Coordinator.Kill();
                return ("coordinator", cluster.Coordinator.Start);
            case FaultKind.Slow:
                cluster.Network.Slow(victims[0].Name);
                return ("", () => cluster.Network.Hasten(victims[0].Name));
            case FaultKind.Cut or FaultKind.Isolate or FaultKind.OneWay or FaultKind.CutPair or FaultKind.CutLink or FaultKind.CutCoordinator:
                return Lose(planned, victims);
            default:
                Each(victims, process => process.Kill());
                return ("", () => Each(victims, process => process.Start()));
        }
    }

    private (string Detail, Action Undo) Lose(PlannedFault planned, List<ClusterNode> victims)
    {
        var victim = victims[0].Name;
        string[] others = [.. cluster.Nodes.Select(node => node.Name).Where(name => name != victim), TestCluster.CoordinatorHost];
        string[] far = planned.Kind switch
        {
            FaultKind.Cut => [.. others, TestCluster.ClientHost],
            FaultKind.CutPair or FaultKind.CutLink => [victims[1].Name],
            FaultKind.CutCoordinator => [TestCluster.CoordinatorHost],
            _ => others,
        };
        var isSpeechLost = planned.Kind switch
        {
            FaultKind.OneWay => !planned.Turn,
            // What is acknowledged is lost half of the time, what is to be acknowledged is not: the last member then goes on committing without the others' knowledge.
            FaultKind.CutLink => !planned.Turn,
            _ => true,
        };
        var isHearingLost = planned.Kind != FaultKind.OneWay || planned.Turn;
        List<(string From, string To)> lost =
        [
            .. far.Where(_ => isSpeechLost).Select(other => (victim, other)),
            .. far.Where(_ => isHearingLost).Select(other => (other, victim)),
        ];
        lost.ForEach(way => cluster.Network.Cut(way.From, way.To));
        var detail = isSpeechLost && isHearingLost ? ""
            : planned.Kind == FaultKind.CutLink ? ", the latter is not heard"
            : isSpeechLost ? " is not heard" : " hears nothing";
        return (detail, () => lost.ForEach(way => cluster.Network.Mend(way.From, way.To)));
    }
}
