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
    private readonly ICommandRouter _router;
    private readonly PartitionMap _map;
    private readonly TransactionOptions _options;
    private readonly NodeId _self;
    private readonly ulong _incarnation;
    private readonly Func<long> _now;
    private readonly Func<long> _wall;
    private readonly Action _signal;
    private readonly ConcurrentQueue<TransactionNews> _news = new();
    private readonly SortedDictionary<long, TransactionJob> _jobs = [];
    private readonly Dictionary<TransactionId, TransactionJob> _open = [];
    private readonly HashSet<(PartitionId Participant, TransactionId Id, bool Forces)> _resolving = [];
    private readonly HashSet<TransactionId> _delivering = [];
    private long _openBytes;
    private long _lastJob;
    private ulong _lastNumber;
    private ulong _lastStart;
    private int _running;
    private int _openCount;
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

    /// <summary>How many transactions are open here whose commands come one by one.</summary>
    public int Open => Volatile.Read(ref _openCount);

    /// <summary>How many transactions over several partitions were committed here, or only read.</summary>
    public long Committed => Volatile.Read(ref _committed);

    /// <summary>How many were refused, aborted or left open.</summary>
    public long Failed => Volatile.Read(ref _failed);

    /// <summary>How often it was found out for a partition in doubt what became of a transaction.</summary>
    public long Resolved => Volatile.Read(ref _resolved);

    /// <inheritdoc />
    public bool IsInTurn => _router.IsInTurn;

    /// <inheritdoc />
    public void BeginTurn() => _router.BeginTurn();

    /// <inheritdoc />
    public bool IsGathering => _router.IsGathering;

    /// <inheritdoc />
    public bool OwesTurn => _router.OwesTurn;

    /// <inheritdoc />
    public void SettleTurn() => _router.SettleTurn();

    /// <inheritdoc />
    public void EndTurn() => _router.EndTurn();

    /// <inheritdoc />
    public void CarryOutGathered() => _router.CarryOutGathered();

    /// <inheritdoc />
    public int LookUp(KeyRun run, IValueOutput output) => _router.LookUp(run, output);

    /// <inheritdoc />
    public void Gather(in Command command, ICommandSink sink, long tag)
    {
        if (command.Kind == CommandKind.Put && command.Slot != Command.SeveralSlots)
        {
            _router.Gather(command, sink, tag);
        }
        else
        {
            Execute(command, sink, tag);
        }
    }

    /// <summary>Carries out a command: one whose keys have several slots, a program over several partitions, or a step of a transaction, as such; any other as it is.</summary>
    /// <inheritdoc />
    public void Execute(in Command command, ICommandSink sink, long tag)
    {
        if (TransactionStep.Is(command.Kind))
        {
            _router.CarryOutGathered();
            _news.Enqueue(new TransactionNews.Step(new TransactionStep(command.Kind, command.Flags, command.Value.ToArray(), command.Items.ToArray(), sink, tag)));
            _signal();
            return;
        }

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
            _router.CarryOutGathered();
            _news.Enqueue(new TransactionNews.Program(program, results, tag));
            _signal();
        }
    }

    /// <summary>Takes the result of a command that was asked; see <see cref="ICommandSink" />.</summary>
    void ICommandSink.Complete(long tag, ReadOnlySpan<byte> result)
    {
        _news.Enqueue(new TransactionNews.Answer(tag >> TransactionAsk.NumberBits, (int)(tag & TransactionAsk.MaxNumber), result.ToArray()));
        _signal();
    }

    /// <summary>Finds out what became of what a partition here has prepared, and has it carried out; where nothing was decided, it is aborted.</summary>
    /// <param name="participant">The partition.</param>
    /// <param name="prepared">What it has prepared.</param>
    /// <param name="forces">Whether it is aborted even where somebody outside the cluster is to decide; otherwise it is left to him.</param>
    public void Resolve(PartitionId participant, PreparedTransaction prepared, bool forces)
    {
        _news.Enqueue(new TransactionNews.Doubt(participant, prepared, forces));
        _signal();
    }

    /// <summary>Has a decision brought to all who take part.</summary>
    public void Deliver(PartitionId home, in TransactionId id, in TransactionDecision decision, bool mayForget)
    {
        _news.Enqueue(new TransactionNews.Decided(home, id, decision, mayForget));
        _signal();
    }

    /// <summary>What is under way here, in the order in which it was taken on; told by the next <see cref="Work" />.</summary>
    public Task<IReadOnlyList<TransactionWorkStanding>> ListAsync()
    {
        var answer = new TaskCompletionSource<IReadOnlyList<TransactionWorkStanding>>(TaskCreationOptions.RunContinuationsAsynchronously);
        _news.Enqueue(new TransactionNews.Question(answer));
        _signal();
        return answer.Task;
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
        _router.BeginTurn();
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
                job.Work.Tick(now);
                Advance(job, now);
                if (now >= job.Until)
                {
                    Remove(job);
                }
            }

            foreach (var idle in _open.Values.Where(job => now - job.LastStep >= _options.IdleLimit && job.Steps.Count == 0).ToArray())
            {
                RollBackIdle(idle, now);
            }
        }

        _router.EndTurn();
        Volatile.Write(ref _running, _jobs.Count);
        Volatile.Write(ref _openCount, _open.Count);
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

    private void Take(TransactionNews news)
    {
        var now = _now();
        switch (news)
        {
            case TransactionNews.Answer answer when _jobs.TryGetValue(answer.Job, out var job):
                job.Work.Answered(answer.Number, answer.Result, now, _wall());
                Advance(job, now);
                break;
            case TransactionNews.Program program:
                var run = new TransactionRun(_options, _map, new TransactionId(NextStart(), _self, _incarnation, 0), () => ++_lastNumber, program.Bytes, now);
                run.Begin(now, _wall());
                Start(run, now, program.Sink, program.Tag);
                break;
            case TransactionNews.Question question:
                question.Told.SetResult(
                    [.. _jobs.Values.Select(job => new TransactionWorkStanding(job.Work.Id, job.Work.Standing, [.. job.Work.Awaited.Distinct().Order()], now - job.BegunAt))]);
                break;
            case TransactionNews.Step step:
                Take(step.Taken, now);
                break;
            case TransactionNews.Doubt doubt when _resolving.Add((doubt.Participant, doubt.Prepared.Id, doubt.Forces)):
                Start(new TransactionResolution(doubt.Prepared, doubt.Participant, doubt.Forces, _options.Rules, _map), now);
                break;
            case TransactionNews.Decided decided when _delivering.Add(decided.Id):
                Start(new TransactionEnding(decided.Id, decided.Decision.Verdict, decided.Home, decided.Decision.Others, decided.MayForget, _map), now);
                break;
        }
    }

    private void Take(TransactionStep step, long now)
    {
        if (step.Kind == CommandKind.Begin)
        {
            Begin(step, now);
        }
        else if (step.Kind is CommandKind.Commit or CommandKind.Rollback && step.Handle.Length > TransactionId.Length)
        {
            DecidePrepared(step, now);
        }
        else if (step.Handle.Length == TransactionId.Length && _open.TryGetValue(TransactionId.Read(step.Handle), out var job) && job.Work is InteractiveTransaction { HasGivenUp: false })
        {
            job.Steps.Enqueue(step);
            job.LastStep = now;
            GoOn(job, now);
        }
        else
        {
            step.Sink.Complete(step.Tag, Refusals.NoTransaction);
        }
    }

    private void Begin(TransactionStep step, long now)
    {
        if (_open.Count >= _options.MaxOpen || _jobs.Count >= _options.MaxRunning)
        {
            step.Sink.Complete(step.Tag, Refusals.TooManyTransactions);
            return;
        }

        // Who tries again after others were in the way is as old as the first attempt, so that nobody has to wait for ever.
        var age = step.Handle.Length >= TransactionId.Length ? TransactionId.Read(step.Handle).Start : 0;
        var id = new TransactionId(age == 0 ? NextStart() : age, _self, _incarnation, ++_lastNumber);
        var job = Start(new InteractiveTransaction(_options, _map, id, (step.Flags & CommandFlags.Locking) != 0), now);
        job.LastStep = now;
        _open.Add(id, job);
        var handle = new byte[TransactionId.Length];
        id.Write(handle);
        step.Sink.Complete(step.Tag, EncodedResults.Value(handle));
    }

    private void DecidePrepared(TransactionStep step, long now)
    {
        if (_jobs.Count >= _options.MaxRunning)
        {
            step.Sink.Complete(step.Tag, Refusals.TooManyTransactions);
        }
        else if (PreparedHandle.TryRead(step.Handle, _map.Partitions) is { } handle)
        {
            var verdict = step.Kind == CommandKind.Commit ? TransactionVerdict.Committed : TransactionVerdict.Aborted;
            Start(new ExternalDecision(handle, verdict, _map), now, step.Sink, step.Tag);
        }
        else
        {
            step.Sink.Complete(step.Tag, Refusals.NoTransaction);
        }
    }

    /// <summary>Carries out the next step of a transaction, unless one is under way.</summary>
    private void GoOn(TransactionJob job, long now)
    {
        var transaction = (InteractiveTransaction)job.Work;
        while (!transaction.IsBusy && !transaction.IsOver && job.Steps.TryDequeue(out var step))
        {
            (job.Sink, job.Tag) = (step.Sink, step.Tag);
            switch (step.Kind)
            {
                case CommandKind.Commit:
                    transaction.Commit(now);
                    break;
                case CommandKind.Rollback:
                    transaction.Rollback(now);
                    break;
                case CommandKind.PrepareToCommit:
                    transaction.Prepare(now);
                    break;
                default:
                    if (_openBytes > _options.MaxOpenBytes)
                    {
                        Tell(job, Refusals.TooManyTransactions);
                        continue;
                    }

                    transaction.Execute(step.Command, now, _wall());
                    break;
            }

            Settle(job, now);
        }
    }

    private void RollBackIdle(TransactionJob job, long now)
    {
        if (job.Work is InteractiveTransaction { IsBusy: false, IsOver: false } transaction)
        {
            transaction.Rollback(now);
            Advance(job, now);
        }
    }

    private ulong NextStart() => _lastStart = Math.Max(_lastStart + 1, (ulong)_wall() * 1000);

    private TransactionJob Start(ITransactionWork work, long now, ICommandSink? sink = null, long tag = 0)
    {
        var job = new TransactionJob(++_lastJob, work, now, work is TransactionEnding ? now + _options.EndingLimit : long.MaxValue) { Sink = sink, Tag = tag };
        _jobs.Add(job.Id, job);
        Advance(job, now);
        return job;
    }

    private void Advance(TransactionJob job, long now)
    {
        Settle(job, now);
        if (job.Steps.Count > 0)
        {
            GoOn(job, now);
        }
    }

    /// <summary>Has done what the work wants, and tells its result, but begins no step: however many wait, they do not begin inside each other.</summary>
    private void Settle(TransactionJob job, long now)
    {
        if (job.Work is InteractiveTransaction { Bytes: var bytes })
        {
            _openBytes += bytes - job.Bytes;
            job.Bytes = bytes;
        }

        // The endings of attempts go first, so that what a new attempt asks finds the locks of the last one gone.
        foreach (var ending in job.Work.TakeEndings())
        {
            _delivering.Add(ending.Id);
            Start(ending, now);
        }

        foreach (var ask in job.Work.TakeAsks(now))
        {
            _router.Execute(ask.Command, this, (job.Id << TransactionAsk.NumberBits) | (uint)ask.Number);
        }

        if (job.Work.TakeResult() is { } result)
        {
            Tell(job, result);
        }

        if (job.Work.IsOver)
        {
            Remove(job);
        }
    }

    private void Tell(TransactionJob job, byte[] result)
    {
        if (job.Work is TransactionRun)
        {
            Interlocked.Increment(ref new ResultReader(result).Kind == ResultKind.Error ? ref _failed : ref _committed);
        }

        var sink = job.Sink;
        job.Sink = null;
        sink?.Complete(job.Tag, result);
    }

    private void Remove(TransactionJob job)
    {
        _jobs.Remove(job.Id);
        switch (job.Work)
        {
            case TransactionEnding ending:
                _delivering.Remove(ending.Id);
                break;
            case TransactionResolution resolution:
                _resolving.Remove((resolution.Participant, resolution.Id, resolution.Forces));
                Interlocked.Increment(ref _resolved);
                break;
            case InteractiveTransaction transaction when _open.Remove(transaction.Id):
                _openBytes -= job.Bytes;
                while (job.Steps.TryDequeue(out var late))
                {
                    late.Sink.Complete(late.Tag, Refusals.NoTransaction);
                }

                break;
        }
    }
}
