using System.Net.Sockets;
using Catena.Cli.Bench.Loop;
using Catena.Cli.CommandLine;
using Catena.Cli.Data;
using Catena.Core.Primitives;

namespace Catena.Cli.Bench;

/// <summary>One thread of a load that reads and writes single keys for a history.</summary>
/// <remarks>
/// A thread of its own for each connection keeps what clients do apart, as a history has it; loads that nobody writes down are those of <see cref="LoadLoop" />.
/// Every place of a pipeline is a client of its own in the history, since what is sent together overlaps. Written values are unique in a run:
/// the number in each is the thread's, plus a multiple of the number of threads.
/// </remarks>
internal sealed class RegisterWorker : IBenchWorker
{
    private readonly BenchOptions _options;
    private readonly int _number;
    private readonly HistoryWriter _history;
    private readonly Prng _random;
    private readonly PlannedOperation[] _plan;
    private readonly int[] _clients;
    private readonly byte[] _key = new byte[RecordKeys.MostBytes];
    private readonly byte[] _value;
    private readonly RecordKeys _keys;
    private readonly NodeRotation<BenchConnection> _nodes;
    private BenchConnection? _connection;
    private long _lastValue;
    private long _lastWrite;

    /// <summary>Makes a worker.</summary>
    /// <param name="options">The load.</param>
    /// <param name="number">The thread's number, from 0.</param>
    /// <param name="seed">What its draws come from.</param>
    /// <param name="history">Takes down what happens.</param>
    /// <param name="timeline">Told what happens when.</param>
    public RegisterWorker(BenchOptions options, int number, ulong seed, HistoryWriter history, BenchTimeline timeline)
    {
        _options = options;
        _number = number;
        _nodes = new NodeRotation<BenchConnection>(options, number, Dress);
        _history = history;
        _random = new Prng(seed);
        _plan = new PlannedOperation[options.Pipeline];
        _clients = [.. Enumerable.Range(0, options.Pipeline).Select(_ => history.NextClient())];
        _keys = new RecordKeys(options.KeyPrefix, isGrouped: false);
        Counts = new BenchCounts(timeline);
        _value = new byte[Math.Max(options.ValueBytes, 32)];
        _lastValue = number - options.Threads;
    }

    /// <inheritdoc />
    public BenchCounts Counts { get; }

    /// <inheritdoc />
    public void Run(long until, CancellationToken stop)
    {
        _lastWrite = BenchClock.Now;
        while (BenchClock.Now < until && !stop.IsCancellationRequested)
        {
            if (Connected())
            {
                Plan();
                RunBatch(_options.Pipeline);
                BenchPause.Take(_options, stop);
            }
        }

        if (_options.ReadPercent < 100)
        {
            Counts.Stalled(BenchClock.Now - _lastWrite);
        }

        _connection?.Dispose();
    }

    private void Plan()
    {
        for (var place = 0; place < _options.Pipeline; place++)
        {
            var isRead = _random.Next(100) < _options.ReadPercent;
            _plan[place] = new PlannedOperation(isRead, _random.Next(_options.Keys), isRead ? 0 : NextValue());
        }
    }

    private long NextValue() => _lastValue += _options.Threads;

    /// <summary>Sends operations together and waits for their answers. After an error of the connection those without an answer are open.</summary>
    private void RunBatch(int count)
    {
        var connection = _connection!;
        var call = BenchClock.Now;
        var answered = 0;
        try
        {
            for (var place = 0; place < count; place++)
            {
                var planned = _plan[place];
                var key = KeyOf(planned);
                if (planned.IsRead)
                {
                    connection.QueueRead(key);
                }
                else
                {
                    connection.QueueWrite(key, ValueOf(planned));
                }
            }

            connection.Send();
            for (; answered < count; answered++)
            {
                var reply = connection.Receive(_plan[answered].IsRead ? BenchStep.Read : BenchStep.Write);
                Account(answered, call, reply);
            }
        }
        catch (Exception broken) when (broken is SocketException or InvalidDataException)
        {
            Counts.Error(broken is SocketException socket ? $"connection: {socket.SocketErrorCode}" : $"protocol: {broken.Message}");
            connection.Dispose();
            _connection = null;
            for (; answered < count; answered++)
            {
                Account(answered, call, BenchReply.Open("no answer"));
            }
        }
    }

    private void Account(int place, long call, BenchReply reply)
    {
        var now = BenchClock.Now;
        var planned = _plan[place];
        if (reply.Outcome == OperationOutcome.Ok)
        {
            Counts.Succeeded(planned.IsRead ? OperationKind.Read : OperationKind.Update, now - call, now);
            if (!planned.IsRead)
            {
                Counts.Stalled(now - _lastWrite);
                _lastWrite = now;
            }
        }
        else
        {
            Counts.Missed(reply.Outcome);
            Counts.Error(reply.Error!);
        }

        _history.Write(new HistoryEntry
        {
            Client = _clients[place],
            Key = KeyOf(planned),
            IsRead = planned.IsRead,
            Value = planned.IsRead ? reply.Value : ValueOf(planned),
            IsFound = reply.IsFound,
            Call = call,
            Return = now,
            Outcome = reply.Outcome,
        });
        if (reply.Outcome == OperationOutcome.Unknown)
        {
            _clients[place] = _history.NextClient();
        }
    }

    private ReadOnlySpan<byte> KeyOf(PlannedOperation planned) => _keys.Write(_key, planned.Key);

    private ReadOnlySpan<byte> ValueOf(PlannedOperation planned) => ValueText.Write(_value, planned.Value, _options.ValueBytes);

    private bool Connected() => (_connection ??= _nodes.TryConnect(Counts)) is not null;

    private BenchConnection Dress(ServerConnection connection)
    {
        var dressed = new BenchConnection(connection, _options.Protocol == BenchProtocol.Thrift ? new ThriftCodec() : new RedisCodec(_options.Password));
        var admitted = dressed.Authenticate();
        return admitted.Outcome == OperationOutcome.Ok
            ? dressed
            : throw new CommandException(ExitCode.Failed, $"AUTH was refused: {admitted.Error}");
    }
}
