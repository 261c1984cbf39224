using System.Collections.Immutable;
using Catena.Core.Primitives;
using Catena.Core.Replication.Log;
using Catena.Core.Replication.Messages;

namespace Catena.Core.Replication.Flow;

/// <summary>How far one follower is in the present epoch, as its feeder knows.</summary>
/// <remarks>
/// After anything went wrong one message is under way at a time until the follower moves on, as in etcd's probing state: several
/// at once that are all refused would each be answered by as many again.
/// </remarks>
internal sealed class Progress(ulong incarnation)
{
    private readonly Queue<ulong> _inFlight = new();
    private ulong _from;

    /// <summary>The follower's life; what an earlier life said is void.</summary>
    internal ulong Incarnation => incarnation;

    /// <summary>The follower's log equals ours up to here and is stable; zero until it has said so in this epoch and life.</summary>
    internal ulong Match { get; private set; }

    /// <summary>So are the logs of all members behind the follower up to here.</summary>
    internal ulong All { get; set; }

    /// <summary>The next entry to send.</summary>
    internal ulong Next { get; private set; }

    /// <summary>How far the follower has been told that the log is committed.</summary>
    internal ulong CommitSent { get; set; }

    /// <summary>How far the follower has said that it knows the log to be committed.</summary>
    internal ulong CommitHeard { get; set; }

    /// <summary>How far the follower has been told that the log is stable at all before it.</summary>
    internal ulong PassedSent { get; set; }

    /// <summary>Which word on who counts the follower has been told.</summary>
    internal ulong CountingSent { get; set; }

    /// <summary>Which word on who counts the follower and all behind it heed.</summary>
    internal ulong Counted { get; set; }

    internal bool IsProbing { get; private set; }

    /// <summary>Whether a message without entries should go out, since only an answer tells whether the follower has them all.</summary>
    internal bool OwesProbe { get; private set; }

    internal int InFlight => _inFlight.Count;

    /// <summary>When something was last sent or acknowledged.</summary>
    internal long LastActivity { get; set; }

    /// <summary>The chunk under way, kept until it is acknowledged; null where the follower is fed from the log.</summary>
    internal SnapshotChunk? Chunk { get; private set; }

    /// <summary>Where the next chunk begins; null after the last.</summary>
    internal byte[]? NextCursor { get; private set; }

    /// <summary>Whether the follower cannot continue the transfer under way, so that another must begin.</summary>
    internal bool MustStartOver { get; set; }

    /// <summary>Nothing is sent before then, since what the follower needs could not be read.</summary>
    internal long HeldUntil { get; private set; }

    /// <summary>Begins to feed the log from an entry on, which the follower is thought to lack and whose predecessor it has.</summary>
    internal void FeedFrom(ulong next)
    {
        _from = next;
        Chunk = null;
        NextCursor = null;
        Rewind();
        IsProbing = false;
    }

    /// <summary>Goes back to what the follower is known to have, one message at a time.</summary>
    internal void Probe()
    {
        Rewind();
        IsProbing = true;
    }

    internal void Sent(ulong through, long now)
    {
        Next = through + 1;
        OwesProbe = false;
        _inFlight.Enqueue(through);
        LastActivity = now;
    }

    internal void ProbeSent(long now)
    {
        OwesProbe = false;
        LastActivity = now;
    }

    internal void Acknowledged(ulong through, long now)
    {
        while (_inFlight.TryPeek(out var oldest) && oldest <= through)
        {
            _inFlight.Dequeue();
        }

        IsProbing &= through <= Match;
        OwesProbe = false;
        Match = Math.Max(Match, through);
        Next = Math.Max(Next, through + 1);
        LastActivity = now;
    }

    internal void SendChunk(SnapshotChunk chunk, byte[]? nextCursor, long now)
    {
        Chunk = chunk;
        NextCursor = nextCursor;
        MustStartOver = false;
        LastActivity = now;
    }

    /// <summary>Stops feeding for a while; what is under way begins anew after that.</summary>
    internal void Hold(long until)
    {
        HeldUntil = until;
        MustStartOver = true;
    }

    internal static bool CanContinue(IReplicaLog log, ImmutableArray<EpochStart> lineage, Lsn last, out ulong next)
    {
        var common = Lineage.CommonPoint(log.Lineage, log.Last, lineage, last);
        next = common.Sequence + 1;
        return next >= log.FirstReadable;
    }

    private void Rewind()
    {
        Next = Match == 0 ? _from : Match + 1;
        OwesProbe = Match == 0;
        _inFlight.Clear();
    }
}
