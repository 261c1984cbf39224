using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Replication.Messages;

namespace Catena.Core.Tests.Replication.Harness;

/// <summary>One replica in the hands of a test, which plays everybody else: it says what is heard, and sees what is sent.</summary>
/// <remarks>Where nothing else is said appends become stable and commits are applied at once.</remarks>
internal sealed class LoneReplica : IPeerHealth
{
    internal static readonly PartitionId Partition = new(7);

    private ReplicaOptions _options;

    /// <param name="self">Who it is.</param>
    /// <param name="change">Changes the settings.</param>
    /// <param name="entries">The entries that it begins with, such as <c>1.1 start</c>; stable.</param>
    /// <param name="committed">How many of them are known to be committed.</param>
    internal LoneReplica(ulong self, Func<ReplicaOptions, ReplicaOptions>? change = null, string[]? entries = null, ulong committed = 0)
    {
        var options = new ReplicaOptions { Self = new NodeId(self), Partition = Partition, Incarnation = 1, MinInSync = 2 };
        _options = change is null ? options : change(options);
        var image = (entries ?? []).Aggregate(MemoryImage.Empty, (image, entry) => image.With(Given.Entry(entry, committed)));
        Log.Load(image);
        Replica = Begin(gaveUp: false);
    }

    internal MemoryLog Log { get; } = new(Partition);

    internal Replica Replica { get; private set; }

    internal long Now { get; private set; } = 1_000 * Given.Millisecond;

    internal ReplicaOptions Options => _options;

    /// <summary>Whom it suspects.</summary>
    internal HashSet<ulong> Suspected { get; } = [];

    /// <summary>Who is not heard steadily by all.</summary>
    internal HashSet<ulong> Unsteady { get; } = [];

    /// <summary>Whether appends wait for <see cref="BecomeStable" />.</summary>
    internal bool IsDiskSlow { get; set; }

    /// <summary>Whether nothing is applied.</summary>
    internal bool IsHostSlow { get; set; }

    /// <summary>The configuration proposed in the last round; null where none was.</summary>
    internal Configuration? Proposal { get; private set; }

    internal List<Configuration> Proposals { get; } = [];

    /// <summary>Whether a round of beacons was asked for in the last round.</summary>
    internal bool WantsLease { get; private set; }

    internal List<ReplicaEvent> Events { get; } = [];

    public bool IsSuspected(NodeId node) => Suspected.Contains(node.Value);

    public bool IsSameLife(NodeId node, ulong incarnation) => !IsSuspected(node);

    public bool IsSteady(NodeId node, ReadOnlySpan<NodeId> others) => !Unsteady.Contains(node.Value);

    /// <summary>The first member of a configuration, serving: all others have acknowledged the epoch and hold its first entry.</summary>
    internal static LoneReplica Serving(Configuration configuration, Func<ReplicaOptions, ReplicaOptions>? change = null)
    {
        var replica = new LoneReplica(configuration.First.Value, change);
        replica.Learn(configuration);
        replica.Serve(configuration);
        return replica;
    }

    /// <summary>A member or learner that has acknowledged the epoch.</summary>
    internal static LoneReplica Following(ulong self, Configuration configuration, Func<ReplicaOptions, ReplicaOptions>? change = null, string[]? entries = null)
    {
        var replica = new LoneReplica(self, change, entries);
        replica.Hear(configuration.First.Value, new EpochOpen(configuration, []));
        return replica;
    }

    /// <summary>Has the first member of an epoch hear from all others, whose logs equal its own, until it serves.</summary>
    internal void Serve(Configuration configuration)
    {
        var mine = Log.Last;
        var others = configuration.Members.Where(member => member.Value != _options.Self.Value).ToArray();
        foreach (var member in others)
        {
            Hear(member.Value, new EpochAck(configuration.Epoch, mine, [.. Log.Lineage], 1));
        }

        var start = mine.Sequence + 1;
        foreach (var member in configuration.Topology.FedBy(configuration, configuration.First).Where(configuration.HasMember))
        {
            Hear(member.Value, Given.Through(configuration.Epoch.Value, start, committed: configuration.Topology.CommitsAtTheEnd ? start : 0));
        }

        Assert.Equal(ReplicaPhase.Serving, Replica.Phase);
    }

    /// <summary>Lets a new life begin on what was stable.</summary>
    internal Sent Restart(bool gaveUp = false)
    {
        Log.Crash();
        if (gaveUp)
        {
            Log.GiveUp(forgetsRecord: false);
        }

        _options = _options with { Incarnation = _options.Incarnation + 1 };
        Replica = Begin(gaveUp || Log.IsGivenUp);
        return Work();
    }

    internal Sent Learn(Configuration configuration)
    {
        Replica.Reconfigure(configuration, Now);
        return Work();
    }

    /// <summary>Takes messages from one node, all in one round.</summary>
    internal Sent Hear(ulong from, params ReplicaMessage[] messages)
    {
        foreach (var message in messages)
        {
            Replica.Step(new NodeId(from), message, Now);
        }

        return Work();
    }

    /// <summary>Lets time pass, which the replica notices at the end.</summary>
    internal Sent Pass(long nanoseconds)
    {
        Now += nanoseconds;
        Replica.Tick(Now);
        return Work();
    }

    /// <summary>Lets time pass as a host does, which looks every ten milliseconds.</summary>
    internal void PassSlowly(long nanoseconds)
    {
        for (var end = Now + nanoseconds; Now < end;)
        {
            Pass(10 * Given.Millisecond);
        }
    }

    internal Sent Propose(string text)
    {
        Assert.True(Replica.TryNextLsn(out var lsn));
        Replica.Appended(Log.AppendWrite(lsn, Replica.Committed, text));
        return Work();
    }

    /// <summary>Lets appends become stable up to a position of the journal, or all.</summary>
    internal Sent BecomeStable(long? position = null)
    {
        Log.StableThrough(position ?? Log.Position);
        Replica.Stable(Log.StablePosition, Now);
        return Work();
    }

    /// <summary>What a host does after an input.</summary>
    internal Sent Work()
    {
        var sent = new List<Envelope>();
        Proposal = null;
        WantsLease = false;
        Round(sent);
        while (!IsDiskSlow && Log.StablePosition < Log.Position)
        {
            Log.StableThrough(Log.Position);
            Replica.Stable(Log.StablePosition, Now);
            Round(sent);
        }

        if (Replica.OwesWordOfApplied)
        {
            Round(sent);
        }

        return new Sent(sent);
    }

    private void Round(List<Envelope> sent)
    {
        var ready = Replica.TakeReady();
        sent.AddRange(ready.Messages);
        if (ready.Proposal is { } proposal)
        {
            Proposal = proposal;
            Proposals.Add(proposal);
        }

        WantsLease |= ready.WantsLease;
        Events.AddRange(ready.Events);
        if (!IsHostSlow)
        {
            Log.ApplyThrough(ready.Committed);
        }

        Replica.Advance();
    }

    private Replica Begin(bool gaveUp)
    {
        var image = Log.Image;
        return new Replica(_options, Log, this, new ReplicaStart(image.Record, Now, 0, image.LostTail, gaveUp));
    }
}
