using Catena.Cli.Bench.Workloads;

namespace Catena.Cli.Bench.Loop;

/// <summary>One thread of a load, which drives many connections.</summary>
/// <remarks>
/// <para>A closed loop sends as many operations on a connection as a pipeline has, waits until all are answered, and sends the next: it never asks more than the server answers, and so does not see how long others would have waited.</para>
/// <para>
/// An open loop (<see cref="BenchOptions.Rate" />) gives every operation a time at which it is due, at equal distances. It goes out then on any connection that has room, or later when one has, and its duration counts from
/// when it was due: a server that stands still is charged for all who would have come meanwhile (G. Tene: coordinated omission).
/// </para>
/// <para>In the steady state nothing is allocated but by scans through Thrift.</para>
/// </remarks>
internal sealed class LoadLoop : IBenchWorker, IStepSink, IDisposable
{
    private const long RetryNanoseconds = 10_000_000;
    private const long SweepNanoseconds = 10_000_000;
    private const long RoughNanoseconds = 1_000_000;

    private readonly BenchOptions _options;
    private readonly IOperationSource _source;
    private readonly RecordKeys _keys;
    private readonly IReadiness _readiness;
    private readonly LoadChannel[] _channels;
    private readonly LoadChannel[] _marked;
    private readonly int _pipeline;
    private readonly Func<long> _clock;
    private readonly Func<IBenchCodec> _codecs;
    private readonly IPlacedOperations? _placed;
    private readonly byte[] _key = new byte[RecordKeys.MostBytes];
    private readonly byte[] _value;
    private readonly bool _writes;
    private OpenSchedule? _schedule;
    private long _lastValue;
    private long _until;
    private long _countsFrom;
    private int _nextNode;
    private int _nextChannel;
    private int _markedCount;
    private int _pending;
    private long _nextSweep;
    private bool _isOver;

    /// <summary>Makes a loop.</summary>
    /// <param name="options">The load.</param>
    /// <param name="number">The loop's number, from 0.</param>
    /// <param name="connections">How many connections it has.</param>
    /// <param name="source">What they do.</param>
    /// <param name="timeline">Told what happens when; null for nobody.</param>
    /// <param name="pipeline">How many operations a connection has under way at most; null for what the load says.</param>
    /// <param name="clock">The time, if not that of <see cref="BenchClock" />.</param>
    /// <param name="readiness">Watches sockets, if not what the system has for it.</param>
    /// <param name="codecs">Makes a connection's codec, if not one of the load's protocol.</param>
    public LoadLoop(
        BenchOptions options, int number, int connections, IOperationSource source, BenchTimeline? timeline, int? pipeline = null, Func<long>? clock = null, IReadiness? readiness = null,
        Func<IBenchCodec>? codecs = null)
    {
        _options = options;
        _source = source;
        _placed = source as IPlacedOperations;
        _codecs = codecs ?? CodecOf;
        _pipeline = pipeline ?? options.Pipeline;
        _clock = clock ?? (() => BenchClock.Now);
        _keys = new RecordKeys(options.KeyPrefix, options.IsGrouped);
        _readiness = readiness ?? (OperatingSystem.IsLinux() ? new EpollReadiness() : new SelectReadiness());
        _channels = [.. Enumerable.Range(0, connections).Select(channel => new LoadChannel(channel, _pipeline, _readiness, this, _clock))];
        _marked = new LoadChannel[connections];
        _value = new byte[Math.Max(options.ValueBytes, 32)];
        _lastValue = number - options.Loops;
        _nextNode = number * connections;
        _writes = options.Mix.Writes;
        Counts = new BenchCounts(timeline);
    }

    /// <inheritdoc />
    public BenchCounts Counts { get; }

    /// <inheritdoc />
    public void Run(long until, CancellationToken stop)
    {
        _until = until;
        var now = _clock();
        _countsFrom = now + (_options.WarmUp.Ticks * TimeSpan.NanosecondsPerTick);
        _schedule = _options.Rate > 0 ? new OpenSchedule(now, _options.Rate / _options.Loops) : null;
        var ready = new int[_channels.Length];
        while (true)
        {
            _isOver |= now >= until || stop.IsCancellationRequested || (_pending == 0 && _source.IsDone);
            if (_isOver && _pending == 0)
            {
                break;
            }

            if (now >= _nextSweep)
            {
                Sweep(now);
            }

            IssueDue(now);
            if (_isOver && _pending == 0)
            {
                break;
            }

            var count = _readiness.Wait(ready, WaitFor(_clock()));
            now = _clock();
            for (var index = 0; index < count; index++)
            {
                var channel = _channels[ready[index]];
                channel.React(now);
                channel.Flush();
            }
        }

        Finish(Math.Min(now, until));
    }

    /// <inheritdoc />
    public void Answered(LoadChannel channel, in PendingStep step, in BenchReply reply, long now)
    {
        var operation = step.Operation;
        if (reply.Outcome == OperationOutcome.Ok && operation.Kind == OperationKind.ReadModifyWrite && step.Step == BenchStep.Read)
        {
            Write(channel, operation.Record);
            channel.Queue(step with { Step = BenchStep.Write });
            return;
        }

        _pending--;
        if (now >= _countsFrom)
        {
            Count(channel, step, reply, now);
        }
        else if (step.Step == BenchStep.Write)
        {
            channel.LastWrite = now;
        }

        _source.Ended(operation, reply.Outcome);
        if (_schedule is null && channel.Pending == 0)
        {
            Rest(channel, now);
        }
    }

    /// <inheritdoc />
    public void Lost(in PendingStep step)
    {
        if (step.Step != BenchStep.Authenticate)
        {
            _pending--;
            Counts.Missed(OperationOutcome.Unknown);
            Counts.Error("no answer");
            _source.Ended(step.Operation, OperationOutcome.Unknown);
        }
    }

    /// <inheritdoc />
    public void Opened(LoadChannel channel, long now)
    {
        if (_schedule is null)
        {
            IssueBatch(channel, now);
        }
    }

    /// <inheritdoc />
    public void Broke(string error) => Counts.Error(error);

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var channel in _channels)
        {
            channel.Dispose();
        }

        _readiness.Dispose();
    }

    private void Count(LoadChannel channel, in PendingStep step, in BenchReply reply, long now)
    {
        if (reply.Outcome != OperationOutcome.Ok)
        {
            Counts.Missed(reply.Outcome);
            Counts.Error(reply.Error!);
            return;
        }

        Counts.Succeeded(step.Operation.Kind, now - step.Due, now);
        if (step.Step == BenchStep.Write)
        {
            Counts.Stalled(now - channel.LastWrite);
            channel.LastWrite = now;
        }
        else if (!reply.IsFound)
        {
            Counts.FoundNothing();
        }
    }

    /// <summary>After a pipeline's last answer: the next at once, or after a pause.</summary>
    private void Rest(LoadChannel channel, long now)
    {
        if (_options.Pause > TimeSpan.Zero)
        {
            channel.RestsUntil = now + (_options.Pause.Ticks * TimeSpan.NanosecondsPerTick);
            return;
        }

        IssueBatch(channel, now);
    }

    private void IssueBatch(LoadChannel channel, long now)
    {
        for (var count = 0; count < _pipeline && !_isOver && now < _until && TryNext(channel, out var operation); count++)
        {
            Issue(channel, operation, now);
        }
    }

    private bool TryNext(LoadChannel channel, out DrawnOperation operation) =>
        _placed is null ? _source.TryNext(out operation) : _placed.TryNext(channel.Node, out operation);

    /// <summary>Sends what is due: by the schedule, or since a pause is over, or since a source without more operations has one again.</summary>
    private void IssueDue(long now)
    {
        if (_isOver)
        {
            return;
        }

        if (_schedule is { } schedule)
        {
            while (schedule.Next <= now && schedule.Next < _until && FreeChannel() is { } free && TryNext(free, out var operation))
            {
                var due = schedule.Take();
                Counts.Waits.Add(now - due);
                Issue(free, operation, due);
                Mark(free);
            }

            FlushMarked();
            return;
        }

        if (_options.Pause > TimeSpan.Zero)
        {
            foreach (var channel in _channels)
            {
                if (channel.IsOpen && channel.Pending == 0 && channel.RestsUntil <= now)
                {
                    IssueBatch(channel, now);
                    channel.Flush();
                }
            }
        }
    }

    /// <summary>What is due at once goes out together, with one system call a connection.</summary>
    private void Mark(LoadChannel channel)
    {
        if (_markedCount == _marked.Length)
        {
            FlushMarked();
        }

        _marked[_markedCount++] = channel;
    }

    private void FlushMarked()
    {
        for (var index = 0; index < _markedCount; index++)
        {
            _marked[index].Flush();
        }

        _markedCount = 0;
    }

    private LoadChannel? FreeChannel()
    {
        for (var tried = 0; tried < _channels.Length; tried++)
        {
            var channel = _channels[_nextChannel];
            _nextChannel = _nextChannel + 1 == _channels.Length ? 0 : _nextChannel + 1;
            if (channel.Free > 0)
            {
                return channel;
            }
        }

        return null;
    }

    private void Issue(LoadChannel channel, in DrawnOperation operation, long due)
    {
        var step = BenchStep.Write;
        switch (operation.Kind)
        {
            case OperationKind.Scan:
                step = BenchStep.Scan;
                channel.Codec.WriteScan(channel.Output, _keys, operation.Record, operation.Length);
                break;
            case OperationKind.Read or OperationKind.ReadModifyWrite:
                step = BenchStep.Read;
                channel.Codec.WriteRead(channel.Output, _keys.Write(_key, operation.Record));
                break;
            default:
                Write(channel, operation.Record);
                break;
        }

        _pending++;
        channel.Queue(new PendingStep(operation, step, due));
    }

    /// <summary>Values are unique in a run: the number in each is the loop's, plus a multiple of the number of loops.</summary>
    private void Write(LoadChannel channel, long record)
    {
        _lastValue += _options.Loops;
        channel.Codec.WriteWrite(channel.Output, _keys.Write(_key, record), ValueText.Write(_value, _lastValue, _options.ValueBytes));
    }

    /// <summary>Connects what is not connected, and gives up what has waited too long.</summary>
    private void Sweep(long now)
    {
        _nextSweep = now + SweepNanoseconds;
        var patience = _options.Timeout.Ticks * TimeSpan.NanosecondsPerTick;
        foreach (var channel in _channels)
        {
            if (!channel.IsAlive)
            {
                if (!_isOver && channel.RestsUntil <= now)
                {
                    channel.RestsUntil = now + RetryNanoseconds;
                    channel.Connect(_options.Nodes[_nextNode++ % _options.Nodes.Count], _codecs(), now);
                }
            }
            else if ((!channel.IsOpen || channel.Pending > 0) && now - channel.WaitingSince > patience)
            {
                channel.Drop("connection: TimedOut");
            }
            else if (_schedule is null && !_isOver && channel is { IsOpen: true, Pending: 0 } && channel.RestsUntil <= now)
            {
                IssueBatch(channel, now);
                channel.Flush();
            }
        }
    }

    private IBenchCodec CodecOf() => _options.Protocol == BenchProtocol.Thrift ? new ThriftCodec() : new RedisCodec(_options.Password);

    /// <summary>How long to wait for sockets: until the next thing that is due, or the next sweep.</summary>
    private long WaitFor(long now)
    {
        var next = _nextSweep;
        if (!_isOver && _schedule is not null)
        {
            // Where no connection is free, an answer has to come first.
            next = _schedule.Next > now ? Math.Min(next, _schedule.Next) : next;
        }
        else if (!_isOver && _options.Pause > TimeSpan.Zero)
        {
            foreach (var channel in _channels)
            {
                next = channel is { IsOpen: true, Pending: 0 } ? Math.Min(next, channel.RestsUntil) : next;
            }
        }

        return _schedule is null && _options.Pause == TimeSpan.Zero ? Math.Max(1, (next - now) / RoughNanoseconds) * RoughNanoseconds : Math.Max(0, next - now);
    }

    private void Finish(long end)
    {
        Counts.Unsent = _schedule?.Overdue(end) ?? 0;
        foreach (var channel in _channels)
        {
            if (_writes && channel.LastWrite > 0)
            {
                Counts.Stalled(end - channel.LastWrite);
            }

            channel.Close();
        }
    }
}
