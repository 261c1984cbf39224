using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Replication.Flow;
using Catena.Core.Replication.Log;
using Catena.Core.Replication.Messages;

namespace Catena.Core.Tests.Replication.Harness;

/// <summary>What a test gives to a <see cref="LoneReplica" />, in short.</summary>
internal static class Given
{
    internal const long Millisecond = ReplicaCluster.Millisecond;

    internal static Configuration Backups(ulong epoch, ulong[] members, params ulong[] learners) => Of(ReplicationMode.PrimaryBackup, epoch, members, learners);

    internal static Configuration Chain(ulong epoch, ulong[] members, params ulong[] learners) => Of(ReplicationMode.Chain, epoch, members, learners);

    internal static Configuration Of(ReplicationMode mode, ulong epoch, ulong[] members, params ulong[] learners) => new()
    {
        Epoch = new Epoch(epoch),
        Mode = mode,
        Members = [.. members.Select(member => new NodeId(member))],
        Learners = [.. learners.Select(learner => new NodeId(learner))],
        InSyncEpoch = new Epoch(epoch),
        InSyncMembers = [.. members.Select(member => new NodeId(member))],
    };

    /// <summary>A position from a text such as <c>1.2</c>.</summary>
    internal static Lsn At(string text)
    {
        Assert.True(Lsn.TryParse(text, out var lsn));
        return lsn;
    }

    /// <summary>An entry from a text such as <c>1.2 k=v</c>.</summary>
    internal static MemoryEntry Entry(string text, ulong committed = 0)
    {
        var words = text.Split(' ');
        var type = words[1] == "start" ? EntryType.Start : EntryType.Write;
        return MemoryEntry.Read(MemoryEntry.Seal(new EntryHeader(LoneReplica.Partition, At(words[0]), type, committed), words[1]));
    }

    /// <summary>Where a log stands whose steps are given by texts such as <c>1@1</c>.</summary>
    internal static EpochAck Ack(ulong epoch, string last, string lineage = "", ulong incarnation = 1) =>
        new(new Epoch(epoch), At(last), [.. lineage.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Step)], incarnation);

    internal static AppendRefused Refusal(ulong epoch, string last, string lineage = "", ulong incarnation = 1)
    {
        var standing = Ack(epoch, last, lineage, incarnation);
        return new AppendRefused(standing.Epoch, standing.Last, standing.Lineage, incarnation);
    }

    /// <summary>Entries of an epoch's feeder, for the first life of who gets them.</summary>
    internal static AppendEntries Append(ulong epoch, string after, string[] entries, ulong committed = 0, ulong passed = 0, Counting counting = default) =>
        new(new Epoch(epoch), 1, At(after), committed, passed, counting, Frames(entries));

    internal static AppendAck Through(ulong epoch, ulong through, ulong? all = null, ulong committed = 0, ulong counted = 0, ulong incarnation = 1) =>
        new(new Epoch(epoch), through, all ?? through, committed, counted, incarnation);

    internal static LogSuffix Suffix(ulong epoch, string after, string[] entries, string last) => new(new Epoch(epoch), At(after), Frames(entries), At(last));

    internal static byte[] Frames(string[] entries) => [.. entries.SelectMany(entry => Entry(entry).Frame)];

    private static EpochStart Step(string text)
    {
        var parts = text.Split('@');
        return new EpochStart(new Epoch(ulong.Parse(parts[0], null)), ulong.Parse(parts[1], null));
    }
}
