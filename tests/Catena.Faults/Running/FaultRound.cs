using Catena.Faults.Checking;
using Catena.Faults.Cluster;
using Catena.Faults.Faults;
using Catena.Faults.Reporting;
using Catena.Faults.Workers;

namespace Catena.Faults.Running;

/// <summary>One round: clients ask, faults strike and are undone, everything heals and rests, and what clients and nodes hold is judged.</summary>
/// <param name="number">Its number, from 1.</param>
/// <param name="cluster">The cluster.</param>
/// <param name="plan">What strikes.</param>
/// <param name="workers">The foreign clients, which have begun to ask.</param>
/// <param name="loads">What runs transactions, which has begun to.</param>
/// <param name="keys">The foreign clients' keys.</param>
/// <param name="changer">Has modes of replication changed meanwhile; null where they stay.</param>
/// <param name="journal">Hears what happens.</param>
internal sealed class FaultRound(
    int number,
    TestCluster cluster,
    FaultPlan plan,
    IReadOnlyList<Worker> workers,
    IReadOnlyList<TransactionWorker> loads,
    KeySet keys,
    ModeChanger? changer,
    Journal journal)
{
    private static readonly TimeSpan CalmBefore = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan HealPatience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan RestPatience = TimeSpan.FromSeconds(60);

    /// <summary>A transaction ends within 5 s, and what its coordinator left is cleared away by others 3 s later at the latest; the rest is for a busy machine.</summary>
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(30);

    private readonly FaultDriver _driver = new(cluster);
    private readonly List<StruckFault> _struck = [];
    private readonly long _begin = FaultDriver.Now;

    /// <summary>The figures of what struck; known once the round is over.</summary>
    public IReadOnlyList<FaultFigures> Figures { get; private set; } = [];

    /// <summary>How many transactions clients ran; known once the round is over.</summary>
    public int Transactions { get; private set; }

    /// <summary>Runs the round.</summary>
    /// <param name="isLongEnough">Whether no more faults should strike; told since when the round has run.</param>
    /// <param name="earlier">What clients were told about the cold keys in earlier rounds.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The round's history.</returns>
    public async Task<IReadOnlyList<RecordedOperation>> RunAsync(
        Func<TimeSpan, bool> isLongEnough, IReadOnlyList<RecordedOperation> earlier, CancellationToken cancellation)
    {
        await StrikeOftenAsync(isLongEnough, cancellation);
        if (changer is not null && await changer.SettleAsync(cancellation) is { } lack)
        {
            journal.Violate($"round {number}: {lack}");
        }

        await Task.Delay(CalmBefore, cancellation);
        var history = await FinishAsync(cancellation);
        await SeeLocksGoneAsync(cancellation);
        await CompareReplicasAsync(cancellation);
        NoteEnded();
        Judge(history, earlier);
        JudgeTransactions();
        return history;
    }

    private async Task StrikeOftenAsync(Func<TimeSpan, bool> isLongEnough, CancellationToken cancellation)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var changes = changer?.RunAsync(change => journal.Tell($"round {number}: {change}"), over.Token) ?? Task.CompletedTask;
        try
        {
            var started = journal.Elapsed;
            do
            {
                await Task.Delay(CalmBefore, cancellation);
                await StrikeAsync(plan.Next(), cancellation);
            }
            while (!isLongEnough(journal.Elapsed - started));
        }
        finally
        {
            await over.CancelAsync();
            await changes;
        }
    }

    private async Task StrikeAsync(IReadOnlyList<PlannedFault> planned, CancellationToken cancellation)
    {
        var struck = new List<StruckFault>();
        var undoing = new List<Task>();
        foreach (var fault in planned)
        {
            await Task.Delay(fault.Delay, cancellation);
            var one = await _driver.StrikeAsync(fault, keys.BusyPartitions);
            journal.Tell($"round {number}: {FaultKinds.NameOf(fault.Kind)} {one.Victim}{(struck.Count > 0 ? ", at the same time" : "")}");
            struck.Add(one);
            undoing.Add(UndoAsync(one, fault.Length, cancellation));
        }

        await Task.WhenAll(undoing);
        if (await cluster.LackAsync(HealPatience, NoteEnded, cancellation) is { } missing)
        {
            journal.Violate($"round {number}: {HealPatience.TotalSeconds} s after {string.Join(" and ", struck.Select(one => FaultKinds.NameOf(one.Kind)))} was undone, {missing}");
        }

        struck.ForEach(one => one.Whole = FaultDriver.Now);
        journal.Tell(FormattableString.Invariant($"round {number}: whole again {(FaultDriver.Now - struck.Max(one => one.Undone)) / 1e9:f1} s after it was undone"));
        _struck.AddRange(struck);
        NoteEnded();
    }

    private static async Task UndoAsync(StruckFault fault, TimeSpan after, CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(after, cancellation);
        }
        finally
        {
            // Also where the run is ended: what is paused or cut off could not be stopped.
            fault.Undo();
            fault.Undone = FaultDriver.Now;
        }
    }

    private async Task<IReadOnlyList<RecordedOperation>> FinishAsync(CancellationToken cancellation)
    {
        var history = new List<RecordedOperation>();
        var complaints = await Task.WhenAll(((IReadOnlyList<WorkerProcess>)[.. workers, .. loads]).Select(worker => worker.FinishAsync(cancellation)));
        foreach (var complaint in complaints.OfType<string>())
        {
            journal.Violate($"round {number}: {complaint}");
        }

        foreach (var worker in workers)
        {
            using var reader = File.OpenText(worker.History);
            var part = WorkerHistory.Read(reader, worker.Name);
            if (_struck.Count > 0 && !part.Exists(one => one is { IsOk: true, IsWrite: true } && one.Operation.Call > _struck[^1].Whole))
            {
                journal.Violate($"round {number}: no write of {worker.Name} succeeded after everything was whole again");
            }

            history.AddRange(part);
        }

        return history;
    }

    private async Task SeeLocksGoneAsync(CancellationToken cancellation)
    {
        var begin = journal.Elapsed;
        while (true)
        {
            var nodes = await Task.WhenAll(cluster.Nodes.Select(cluster.Client.TransactionsAsync));
            if (OpenTransactions.Lack(nodes) is not { } lack)
            {
                journal.Tell(FormattableString.Invariant(
                    $"round {number}: no key locked {(journal.Elapsed - begin).TotalSeconds:f1} s after clients ended; decisions still kept: {nodes.Sum(node => node!.Kept.Count)}"));
                return;
            }

            if (journal.Elapsed - begin > LockPatience)
            {
                journal.Violate($"round {number}: {LockPatience.TotalSeconds} s after clients ended {lack}");
                return;
            }

            await Task.Delay(100, cancellation);
        }
    }

    private async Task CompareReplicasAsync(CancellationToken cancellation)
    {
        var deadline = DateTime.UtcNow + RestPatience;
        while (true)
        {
            var partitions = await cluster.PartitionsAsync();
            var sums = new List<ReplicaSum>();
            foreach (var node in cluster.Nodes)
            {
                sums.AddRange(await cluster.Client.SumsAsync(node) ?? []);
            }

            var violations = ReplicaComparison.Violations(partitions, sums, out var waiting);
            if (violations.Count > 0 || waiting is null || DateTime.UtcNow > deadline)
            {
                foreach (var violation in violations.Append(waiting is null ? null : $"replicas did not come to rest: {waiting}").OfType<string>())
                {
                    journal.Violate($"round {number}: {violation}");
                }

                return;
            }

            await Task.Delay(200, cancellation);
        }
    }

    private bool IsAlone(StruckFault fault) =>
        !_struck.Exists(other => other != fault && other.Struck < fault.Undone && other.Undone > fault.Struck);

    private void NoteEnded()
    {
        foreach (var ended in cluster.StartWhatEnded())
        {
            journal.Violate($"round {number}: {ended}");
        }
    }

    private void Judge(IReadOnlyList<RecordedOperation> history, IReadOnlyList<RecordedOperation> earlier)
    {
        var begin = journal.Elapsed;
        var cold = keys.Cold.ToHashSet();
        foreach (var violation in HistoryJudge.Violations(history.Concat(earlier.Where(one => cold.Contains(one.Operation.Key)))))
        {
            journal.Violate($"round {number}: {violation}");
        }

        var figures = new FiguresOfFaults(number, history, keys, _begin, history.Count == 0 ? _begin : history.Max(one => one.Operation.Return));
        Figures = [.. _struck.Select(figures.Of)];
        // Who leads nothing that anybody uses has nobody to tell.
        foreach (var full in _struck.Where(one => one.Kind == FaultKind.DiskFull && IsAlone(one) && keys.BusyPartitions.Any(one.Led.Contains)).Select(figures.Of))
        {
            if (FullDisk.IsHidden(full))
            {
                journal.Violate(FormattableString.Invariant($"round {number}: the disk was full, writes stood still for {full.AffectedWriteGap:f0} ms, and nobody was told why"));
            }
        }

        journal.Tell(FormattableString.Invariant(
            $"round {number}: {history.Count} operations, {history.Count(one => !one.IsOk)} not answered; judged in {(journal.Elapsed - begin).TotalSeconds:f1} s"));
    }

    private void JudgeTransactions()
    {
        foreach (var load in loads)
        {
            long? whole = _struck.Count > 0 ? _struck[^1].Whole : null;
            var history = File.Exists(load.History) ? File.ReadAllText(load.History) : "";
            var violations = HistoryJudge.Violations(history, load.Name, whole, out var judgement);
            foreach (var violation in violations)
            {
                journal.Violate($"round {number}: {violation}");
            }

            Transactions += judgement.Transactions;
            journal.Tell($"round {number}: {judgement.Verdict}");
        }
    }
}
