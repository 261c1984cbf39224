using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Core.Replication.Log;
using Catena.Storage.Errors;
using Catena.Storage.Partitions;

namespace Catena.Storage.Tests.Recovery;

/// <summary>What one partition must hold: the history of its log, and which point of it was synced.</summary>
internal sealed class PartitionModel(PartitionId id)
{
    private readonly List<Point> _history = [Point.Empty];

    /// <summary>The points before those of the history.</summary>
    private readonly List<Point> _past = [];
    private int _synced;
    private ulong _epoch = 1;
    private bool _tailMayStillCountAsLost;

    public PartitionId Id { get; } = id;

    private Point Now => _history[^1];

    public void Step(PartitionStore store, Prng random)
    {
        var choice = random.Next(100);
        if (choice < 70)
        {
            if (random.Chance(0.05))
            {
                _epoch++;
            }

            var body = random.Chance(0.8)
                ? Sample.Put([(byte)random.Next(20)], Sample.Bytes(random.Chance(0.05) ? 20_000 : random.Next(200), random.Next(1 << 30)))
                : Sample.Delete([(byte)random.Next(20)]);
            var committed = Math.Max(store.Applied.Sequence, (ulong)random.Between((long)store.Applied.Sequence, (long)store.LastLsn.Sequence));
            Sample.Append(store, _epoch, body, committed: committed);
            Push(Now with { Log = [.. Now.Log, (_epoch, body)], Committed = Math.Max(Now.Committed, committed) });
        }
        else if (choice < 80)
        {
            var applied = (ulong)random.Between((long)store.Applied.Sequence, (long)store.LastLsn.Sequence);
            store.ApplyThrough(applied);
        }
        else if (choice < 85)
        {
            // Nothing that any entry says is committed may be cut, nor what is applied.
            var floor = Math.Max(Now.Committed, store.Applied.Sequence);
            var lastKept = (ulong)random.Between((long)floor, (long)store.LastLsn.Sequence);
            store.Truncate(lastKept);
            _epoch++;
            Push(Now with { Log = Now.Log[..(int)(lastKept - Now.Base)] });
        }
        else if (choice < 94)
        {
            var state = Sample.Bytes(random.Next(60), random.Next(1 << 30));
            store.SaveReplicaState(state);
            Push(Now with { State = state });
        }
        else if (choice < 97)
        {
            store.Reset(ResetReason.StartOver);
            _epoch++;
            Push(Point.Empty with { State = Now.State });
        }
        else
        {
            Install(store, random);
        }
    }

    public void Synced()
    {
        _synced = _history.Count - 1;
        _tailMayStillCountAsLost = false;
    }

    /// <summary>The store must be at a point of the history not before the last one synced, and go on from there.</summary>
    public void CheckAfterCrash(PartitionStore store, bool tornEnd, bool openedBefore)
    {
        Assert.False(store.GivenUp, $"Partition {Id} was given up.");
        Assert.False(store.LostTail && !tornEnd && !openedBefore && !_tailMayStillCountAsLost);
        var found = -1;
        for (var index = _history.Count - 1; index >= _synced && found < 0; index--)
        {
            if (_history[index].Matches(store))
            {
                found = index;
            }
        }

        Assert.True(found >= 0, $"Partition {Id} is at {store.LastLsn} after {store.BaseLsn}, which it never was since it was synced last.");
        var point = _history[found];
        Assert.InRange(store.Applied.Sequence, point.Base, store.LastLsn.Sequence);
        point.CheckLog(store);
        point.CheckState(store);
        _past.AddRange(_history);
        _history.Clear();
        _history.Add(point with { Committed = Math.Max(point.Committed, store.Applied.Sequence) });
        _synced = 0;
        _epoch = Math.Max(_epoch, store.LastLsn.Epoch.Value) + 1;
        _tailMayStillCountAsLost = store.LostTail;
        if (store.LostTail)
        {
            store.MarkTail(lost: false);
        }
    }

    /// <summary>Demands that a store whose disk has rotted is as it must be, or says what it lacks; and that nothing wrong is read from it.</summary>
    public Verdict CheckRotten(PartitionStore store)
    {
        if (store.GivenUp)
        {
            Assert.Equal(0, store.Count);
            return Verdict.GivenUp;
        }

        var point = _history.Skip(_synced).Reverse().FirstOrDefault(point => point.Matches(store));
        Assert.True(point is not null || store.LostTail, $"Partition {Id} is at {store.LastLsn} after {store.BaseLsn}, and nobody is told.");
        point ??= _history.Take(_synced).Reverse().Concat(Enumerable.Reverse(_past)).FirstOrDefault(point => point.Matches(store));
        Assert.True(point is not null, $"Partition {Id} is at {store.LastLsn} after {store.BaseLsn}, which it never was.");
        try
        {
            point.CheckLog(store);
            point.CheckState(store);
        }
        catch (StorageDamagedException)
        {
            // Said by reading what is damaged.
        }

        return store.LostTail ? Verdict.LostTail : Verdict.Whole;
    }

    private void Push(Point point) => _history.Add(point);

    private void Install(PartitionStore store, Prng random)
    {
        var length = 1 + random.Next(30);
        var content = new SortedDictionary<int, byte[]>();
        for (var number = 0; number < length; number++)
        {
            content[random.Next(20)] = Sample.Bytes(random.Next(300), random.Next(1 << 30));
        }

        _epoch++;
        var @base = new Lsn(new Epoch(_epoch), store.LastLsn.Sequence + (ulong)random.Next(50) + 1);
        store.BeginInstall(@base, [new EpochStart(@base.Epoch, @base.Sequence)]);
        foreach (var (key, value) in content)
        {
            var chunk = new ArrayBufferWriter<byte>();
            chunk.WriteUInt32(0);
            SnapshotChunk.WriteEntry(chunk, [(byte)key], @base, 0, value);
            var bytes = chunk.WrittenSpan.ToArray();
            SnapshotChunk.Seal(bytes);
            store.InstallChunk(bytes);
            if (random.Chance(0.02))
            {
                store.AbandonInstall();
                return;
            }

            if (random.Chance(0.03))
            {
                // It stays open beside checkpoints and compaction, until something else changes the log.
                return;
            }
        }

        var results = new ArrayBufferWriter<byte>();
        new RequestResults().WriteTo(results);
        store.EndInstall(@base.Sequence, results.WrittenSpan);
        Push(new Point
        {
            Base = @base.Sequence,
            Committed = @base.Sequence,
            State = Now.State,
            Start = content.ToDictionary(pair => pair.Key, pair => pair.Value),
        });
    }

    /// <summary>What a store says of itself.</summary>
    internal enum Verdict
    {
        Whole,
        LostTail,
        GivenUp,
    }

    private sealed record Point
    {
        public static readonly Point Empty = new();

        public ulong Base { get; init; }

        public ulong Committed { get; init; }

        public byte[] State { get; init; } = [];

        public (ulong Epoch, byte[] Body)[] Log { get; init; } = [];

        public Dictionary<int, byte[]> Start { get; init; } = [];

        public bool Matches(PartitionStore store) =>
            store.BaseLsn.Sequence == Base
            && store.LastLsn.Sequence == Base + (ulong)Log.Length
            && (Log.Length == 0 || store.LastLsn.Epoch.Value == Log[^1].Epoch)
            && store.ReplicaState.Span.SequenceEqual(State);

        public void CheckLog(PartitionStore store)
        {
            var output = new ArrayBufferWriter<byte>();
            var forgotten = (int)(store.FirstReadable - Base - 1);
            Assert.InRange(forgotten, 0, (int)(store.Applied.Sequence - Base));
            Assert.Equal(Log.Length - forgotten, store.ReadFrames(store.FirstReadable, ulong.MaxValue, int.MaxValue, output));
            var frames = output.WrittenSpan;
            foreach (var (epoch, body) in Log.AsSpan(forgotten))
            {
                Assert.True(EntryFrame.TryRead(frames, out var header, out var found, out var length));
                Assert.Equal(epoch, header.Lsn.Epoch.Value);
                Assert.Equal(body, found);
                frames = frames[length..];
            }
        }

        public void CheckState(PartitionStore store)
        {
            var wanted = new Dictionary<int, byte[]>(Start);
            for (ulong sequence = Base + 1; sequence <= store.Applied.Sequence; sequence++)
            {
                var reader = new WriteBodyReader(Log[sequence - Base - 1].Body);
                Assert.True(reader.MoveNext());
                if (reader.Current.Kind == MutationKind.Put)
                {
                    wanted[reader.Current.Key[0]] = reader.Current.Value.ToArray();
                }
                else
                {
                    wanted.Remove(reader.Current.Key[0]);
                }
            }

            Assert.Equal(wanted.Count, store.Count);
            foreach (var (key, value) in wanted)
            {
                Assert.Equal(value, Sample.Get(store, [(byte)key]));
            }
        }
    }
}
