using System.Collections.Immutable;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Replication.Flow;
using Catena.Core.Replication.Log;
using Catena.Core.Replication.Messages;
using Catena.Core.Tests.Support;

namespace Catena.Core.Tests.Replication.Messages;

/// <summary>Random replica messages of every kind.</summary>
internal static class AnyMessage
{
    internal const int Kinds = 16;

    internal static ReplicaMessage Of(Prng prng) => OfKind(prng.Next(Kinds) + 1, prng);

    internal static ReplicaMessage OfKind(int kind, Prng prng) => (MessageKind)kind switch
    {
        MessageKind.EpochOpen => new EpochOpen(Configuration(prng), Nodes(prng)),
        MessageKind.EpochAck => new EpochAck(Epoch(prng), Lsn(prng), Lineage(prng), Fuzz.Number(prng)),
        MessageKind.EpochStale => new EpochStale(Configuration(prng)),
        MessageKind.LogFetch => new LogFetch(Epoch(prng), Lsn(prng)),
        MessageKind.LogSuffix => new LogSuffix(Epoch(prng), Lsn(prng), Fuzz.Bytes(prng, 200), Lsn(prng)),
        MessageKind.AppendEntries => new AppendEntries(
            Epoch(prng), Fuzz.Number(prng), Lsn(prng), Fuzz.Number(prng), Fuzz.Number(prng), new Counting(Fuzz.Number(prng), new NodeId(prng.NextUInt64())), Fuzz.Bytes(prng, 200)),
        MessageKind.AppendAck => new AppendAck(Epoch(prng), Fuzz.Number(prng), Fuzz.Number(prng), Fuzz.Number(prng), Fuzz.Number(prng), Fuzz.Number(prng)),
        MessageKind.AppendRefused => new AppendRefused(Epoch(prng), Lsn(prng), Lineage(prng), Fuzz.Number(prng)),
        MessageKind.SnapshotChunk => new SnapshotChunk(
            Epoch(prng),
            Fuzz.Number(prng),
            Fuzz.Number(prng),
            (uint)Fuzz.Number(prng),
            Lsn(prng),
            Lineage(prng),
            Fuzz.Bytes(prng, 200),
            prng.Chance(0.5),
            Fuzz.Number(prng),
            Fuzz.Bytes(prng, 50)),
        MessageKind.SnapshotAck => new SnapshotAck(Epoch(prng), Fuzz.Number(prng), (uint)Fuzz.Number(prng), prng.Chance(0.5), Fuzz.Number(prng)),
        MessageKind.GaveUp => new GaveUp(Epoch(prng)),
        MessageKind.EpochWish => new EpochWish(Epoch(prng)),
        MessageKind.StandingTold => new StandingTold(Epoch(prng), new NodeId(prng.NextUInt64()), (ReplicaStanding)(prng.Next(3) + 1)),
        MessageKind.PositionAsk => new PositionAsk(Epoch(prng), Fuzz.Number(prng), Fuzz.Number(prng)),
        MessageKind.PositionTold => new PositionTold(Epoch(prng), Fuzz.Number(prng), Fuzz.Number(prng), Fuzz.Number(prng)),
        _ => new StateSums(Epoch(prng), prng.Chance(0.5), [.. Enumerable.Range(0, prng.Next(5)).Select(_ => new StateSum(Lsn(prng), prng.NextUInt64()))]),
    };

    internal static Configuration Configuration(Prng prng) => new()
    {
        Epoch = Epoch(prng),
        Mode = (ReplicationMode)(prng.Next(3) + 1),
        Members = [new NodeId(Fuzz.Number(prng)), .. Nodes(prng)],
        Learners = Nodes(prng),
        Generation = (uint)Fuzz.Number(prng),
        InSyncEpoch = Epoch(prng),
        InSyncMembers = Nodes(prng),
    };

    private static ImmutableArray<NodeId> Nodes(Prng prng) =>
        [.. Enumerable.Range(0, prng.Next(5)).Select(_ => new NodeId(Fuzz.Number(prng)))];

    private static ImmutableArray<EpochStart> Lineage(Prng prng) =>
        [.. Enumerable.Range(0, prng.Next(5)).Select(_ => new EpochStart(Epoch(prng), Fuzz.Number(prng)))];

    private static Epoch Epoch(Prng prng) => new(Fuzz.Number(prng));

    private static Lsn Lsn(Prng prng) => new(Epoch(prng), Fuzz.Number(prng));
}
