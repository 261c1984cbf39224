using System.Buffers;
using System.Collections.Concurrent;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Core.Transactions;
using Catena.Core.Transactions.Coordination;
using Catena.Server.Partitions;
using Catena.Server.Routing;

namespace Catena.Server.Transactions;

/// <summary>One node's transactions: it coordinates those that come here, has all that is decided brought to an end, and resolves what partitions here are in doubt about.</summary>
/// <remarks>
/// <para>
/// What it holds is in memory only and may be lost with the node at any moment: locks and decisions are in the partitions, and whoever meets them there sees to them.
/// </para>
/// <para>
/// News comes in on any thread and is only noted; <see cref="Work" />, which somebody runs soon after, does everything else, one at a time. In the server that is the thread pool, in the
/// simulator the event that brought the news.
/// </para>
/// </remarks>
public sealed class TransactionService : ICommandRouter, ICommandSink
{
    private const int NumberBits = 20;

    private readonly ICommandRouter _router;
    private readonly PartitionMap _map;
    private readonly TransactionOptions _options;
    private readonly NodeId _self;
    private readonly ulong _incarnation;
    private readonly Func<long> _now;
    private readonly Func<long> _wall;
    private readonly Action _signal;
    private readonly ConcurrentQueue<News> _news = new();
    private readonly SortedDictionary<long, Job> _jobs = [];
    private readonly HashSet<(PartitionId Participant, TransactionId Id)> _resolving = [];
    private readonly HashSet<TransactionId> _delivering = [];
    private long _lastJob;
    private ulong _lastNumber;
    private ulong _lastStart;
    private int _running;
    private long _committed;
    private long _failed;
    private long _resolved;
    private volatile bool _ticked;

    /// <summary>A service without any transaction.</summary>
    /// <param name="router">The way to the partitions.</param>
    /// <param name="map">Which slots make which partition.</param>
    /// <param name="options">Limits.</param>
    /// <param name="self">This node.</param>
    /// <param name="incarnation">Its life.</param>
    /// <param name="now">The monotonic clock, in nanoseconds.</param>
    /// <param name="wall">The wall clock, in milliseconds since 1970 UTC.</param>
    /// <param name="signal">Has <see cref="Work" /> run soon; called on any thread.</param>
    public TransactionService(
        ICommandRouter router, PartitionMap map, TransactionOptions options, NodeId self, ulong incarnation, Func<long> now, Func<long> wall, Action signal)
    {
        _router = router;
        _map = map;
        _options = options;
        _self = self;
        _incarnation = incarnation;
        _now = now;
        _wall = wall;
        _signal = signal;
    }

    /// <summary>How many transactions are under way here.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>How many transactions over several partitions were committed here, or only read.</summary>
    public long Committed => Volatile.Read(ref _committed);

    /// <summary>How many were refused, aborted or left open.</summary>
    public long Failed => Volatile.Read(ref _failed);

    /// <summary>How often it was found out for a partition in doubt what became of a transaction.</summary>
    public long Resolved => Volatile.Read(ref _resolved);

    /// <summary>Carries out a command: one whose keys have several slots, or a program over several partitions, as a transaction; any other as it is.</summary>
    /// <inheritdoc />
    public void Execute(in Command command, ICommandSink sink, long tag)
    {
        if (command.Slot != Command.SeveralSlots)
        {
            _router.Execute(command, sink, tag);
            return;
        }

        var isProgram = command.Kind == CommandKind.Transact;
        var program = isProgram ? command.Items.ToArray() : ProgramOf(command);
        var results = isProgram ? sink : new OneResultSink(sink);
        if (TryFindOnly(program, out var slot))
        {
            _router.Execute(new Command { Kind = CommandKind.Transact, Slot = slot, Items = program }, results, tag);
        }
        else if (Running >= _options.MaxRunning)
        {
            results.Complete(tag, Refusals.TooManyTransactions);
        }
        else
        {
            _news.Enqueue(new News(0, 0, program, results, tag));
            _signal();
        }
    }

    /// <summary>Takes the result of a command that was asked; see <see cref="ICommandSink" />.</summary>
    void ICommandSink.Complete(long tag, ReadOnlySpan<byte> result)
    {
        _news.Enqueue(new News(tag >> NumberBits, (int)(tag & ((1 << NumberBits) - 1)), result.ToArray(), null, 0));
        _signal();
    }

    /// <summary>Finds out what became of what a partition here has prepared, and has it carried out; where nothing was decided, it is aborted.</summary>
    public void Resolve(PartitionId participant, PreparedTransaction prepared)
    {
        _news.Enqueue(new News(0, 0, [], null, 0) { Participant = participant, InDoubt = prepared });
        _signal();
    }

    /// <summary>Has a decision brought to all who take part.</summary>
    public void Deliver(PartitionId home, in TransactionId id, in TransactionDecision decision, bool mayForget)
    {
        _news.Enqueue(new News(0, 0, [], null, 0) { Participant = home, Decided = (id, decision, mayForget) });
        _signal();
    }

    /// <summary>Lets time pass; by the same rules as <see cref="Work" />.</summary>
    public void Tick()
    {
        if (Volatile.Read(ref _running) > 0)
        {
            _ticked = true;
            _signal();
        }
    }

    /// <summary>Does all that there is to do now; one thread at a time.</summary>
    public void Work()
    {
        while (_news.TryDequeue(out var news))
        {
            Take(news);
        }

        if (_ticked)
        {
            _ticked = false;
            var now = _now();
            foreach (var job in _jobs.Values.ToArray())
            {
                job.Run?.Tick(now);
                Advance(job, now);
                if (job.Ending is not null && now >= job.Until)
                {
                    Remove(job);
                }
            }
        }

        Volatile.Write(ref _running, _jobs.Count);
    }

    private static byte[] ProgramOf(in Command command)
    {
        var writer = new ArrayBufferWriter<byte>(256);
        TransactionProgram.WriteStart(writer, ProgramFlags.AllOrNothing, 0);
        PackedList.Add(writer, CommandCodec.Encode(command));
        return writer.WrittenSpan.ToArray();
    }

    private bool TryFindOnly(byte[] bytes, out ushort slot)
    {
        slot = 0;
        if (!TransactionProgram.TryRead(bytes, out var program))
        {
            // The partition says what is wrong with it.
            return true;
        }

        var collector = new PartitionCollector(_map);
        program.VisitKeys(ref collector);
        slot = collector.Slot;
        return !collector.HasSeveral;
    }

    private void Take(News news)
    {
        var now = _now();
        if (news.Sink is not null)
        {
            _lastStart = Math.Max(_lastStart + 1, (ulong)_wall() * 1000);
            var run = new TransactionRun(_options, _map, new TransactionId(_lastStart, _self, _incarnation, 0), () => ++_lastNumber, news.Bytes, now);
            run.Begin(_wall());
            Advance(Add(new Job { Run = run, Sink = news.Sink, Tag = news.Tag }), now);
        }
        else if (news.InDoubt is { } prepared)
        {
            if (_resolving.Add((news.Participant, prepared.Id)))
            {
                Advance(Add(new Job { Resolution = new TransactionResolution(prepared, news.Participant, _options.Rules, _map) }), now);
            }
        }
        else if (news.Decided is var (id, decision, mayForget))
        {
            if (_delivering.Add(id))
            {
                End(new TransactionEnding(id, decision.Verdict, news.Participant, decision.Others, mayForget, _map), now);
            }
        }
        else if (_jobs.TryGetValue(news.Job, out var job))
        {
            job.Run?.Answered(news.Number, news.Bytes, now, _wall());
            job.Ending?.Answered(news.Number, news.Bytes, now);
            job.Resolution?.Answered(news.Number, news.Bytes, now);
            Advance(job, now);
        }
    }

    private Job Add(Job job)
    {
        job.Id = ++_lastJob;
        _jobs.Add(job.Id, job);
        return job;
    }

    private void End(TransactionEnding ending, long now) => Advance(Add(new Job { Ending = ending, Until = now + _options.EndingLimit }), now);

    private void Advance(Job job, long now)
    {
        // The endings of attempts go first, so that what a new attempt asks finds the locks of the last one gone.
        foreach (var ending in job.Run?.TakeEndings() ?? [])
        {
            _delivering.Add(ending.Id);
            End(ending, now);
        }

        foreach (var ask in job.Run?.TakeAsks() ?? job.Ending?.TakeAsks(now) ?? job.Resolution!.TakeAsks(now))
        {
            _router.Execute(ask.Command, this, (job.Id << NumberBits) | (uint)ask.Number);
        }

        if (job is { Run.Outcome: { } outcome, Sink: { } sink })
        {
            job.Sink = null;
            Interlocked.Increment(ref new ResultReader(outcome).Kind == ResultKind.Error ? ref _failed : ref _committed);
            sink.Complete(job.Tag, outcome);
        }

        if (job.Run?.IsOver ?? job.Ending?.IsOver ?? job.Resolution!.IsOver)
        {
            Remove(job);
        }
    }

    private void Remove(Job job)
    {
        _jobs.Remove(job.Id);
        if (job.Ending is { } ended)
        {
            _delivering.Remove(ended.Id);
        }

        if (job.Resolution is { } resolved)
        {
            _resolving.Remove((resolved.Participant, resolved.Id));
            Interlocked.Increment(ref _resolved);
        }
    }

    private sealed class Job
    {
        internal long Id { get; set; }

        internal TransactionRun? Run { get; init; }

        internal TransactionEnding? Ending { get; init; }

        internal TransactionResolution? Resolution { get; init; }

        /// <summary>When it is given up.</summary>
        internal long Until { get; init; } = long.MaxValue;

        internal ICommandSink? Sink { get; set; }

        internal long Tag { get; init; }
    }

    private sealed record News(long Job, int Number, byte[] Bytes, ICommandSink? Sink, long Tag)
    {
        internal PartitionId Participant { get; init; }

        internal PreparedTransaction? InDoubt { get; init; }

        internal (TransactionId Id, TransactionDecision Decision, bool MayForget)? Decided { get; init; }
    }
}
