using System.Collections.Immutable;
using Catena.Core.Primitives;
using Catena.Core.Replication.Log;
using Catena.Core.Replication.Messages;

namespace Catena.Core.Replication.PrimaryBackup;

/// <summary>How far one follower is in the present epoch, as its feeder knows.</summary>
internal sealed class Progress(ulong incarnation)
{
    private readonly Queue<ulong> _inFlight = new();

    /// <summary>The follower's life; what an earlier life acknowledged is void.</summary>
    internal ulong Incarnation => incarnation;

    /// <summary>The follower's log equals ours up to here and is stable; zero until it has said so in this epoch.</summary>
    internal ulong Match { get; private set; }

    /// <summary>The next entry to send.</summary>
    internal ulong Next { get; private set; }

    /// <summary>How far the follower has been told that the log is committed.</summary>
    internal ulong CommitSent { get; set; }

    internal int InFlight => _inFlight.Count;

    /// <summary>When something was last sent or acknowledged.</summary>
    internal long LastActivity { get; set; }

    /// <summary>The chunk under way, kept until it is acknowledged; null where the follower is fed from the log.</summary>
    internal SnapshotChunk? Chunk { get; private set; }

    /// <summary>Where the next chunk begins; null after the last.</summary>
    internal byte[]? NextCursor { get; private set; }

    internal void FeedFrom(ulong next)
    {
        Next = next;
        Chunk = null;
        NextCursor = null;
        _inFlight.Clear();
    }

    internal void Sent(ulong through, long now)
    {
        Next = through + 1;
        _inFlight.Enqueue(through);
        LastActivity = now;
    }

    internal void Acknowledged(ulong through, long now)
    {
        while (_inFlight.TryPeek(out var oldest) && oldest <= through)
        {
            _inFlight.Dequeue();
        }

        Match = Math.Max(Match, through);
        Next = Math.Max(Next, through + 1);
        LastActivity = now;
    }

    internal void SendChunk(SnapshotChunk chunk, byte[]? nextCursor, long now)
    {
        Chunk = chunk;
        NextCursor = nextCursor;
        LastActivity = now;
    }

    internal static bool CanContinue(IReplicaLog log, ImmutableArray<EpochStart> lineage, Lsn last, out ulong next)
    {
        var common = Lineage.CommonPoint(log.Lineage, log.Last, lineage, last);
        next = common.Sequence + 1;
        return next >= log.FirstReadable;
    }
}
