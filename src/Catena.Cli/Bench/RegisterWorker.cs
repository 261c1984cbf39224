using System.Buffers.Text;
using System.Net.Sockets;
using System.Text;
using Catena.Cli.Data;
using Catena.Core.Primitives;

namespace Catena.Cli.Bench;

/// <summary>One thread of a load that reads and writes single keys.</summary>
/// <remarks>
/// Every place of a pipeline is a client of its own in the history, since what is sent together overlaps. Written values are unique in a run:
/// the number in each is the thread's, plus a multiple of the number of threads.
/// </remarks>
internal sealed class RegisterWorker : IBenchWorker
{
    private const int FillPipeline = 64;

    private readonly BenchOptions _options;
    private readonly int _number;
    private readonly HistoryWriter? _history;
    private readonly Prng _random;
    private readonly PlannedOperation[] _plan;
    private readonly int[] _clients;
    private readonly byte[] _key = new byte[256];
    private readonly byte[] _value;
    private readonly byte[] _prefix;
    private readonly NodeRotation<IBenchConnection> _nodes;
    private IBenchConnection? _connection;
    private long _lastValue;
    private long _lastWrite;

    /// <summary>Makes a worker.</summary>
    /// <param name="options">The load.</param>
    /// <param name="number">The thread's number, from 0.</param>
    /// <param name="seed">What its draws come from.</param>
    /// <param name="history">Takes down what happens; null for nobody.</param>
    public RegisterWorker(BenchOptions options, int number, ulong seed, HistoryWriter? history)
    {
        _options = options;
        _number = number;
        _nodes = new NodeRotation<IBenchConnection>(options, number, Dress);
        _history = history;
        _random = new Prng(seed);
        _plan = new PlannedOperation[Math.Max(options.Pipeline, FillPipeline)];
        _clients = [.. Enumerable.Range(0, options.Pipeline).Select(_ => history?.NextClient() ?? 0)];
        _prefix = Encoding.UTF8.GetBytes(options.KeyPrefix);
        _value = new byte[Math.Max(options.ValueBytes, 32)];
        _lastValue = number - options.Threads;
    }

    /// <inheritdoc />
    public BenchCounts Counts { get; private set; } = new();

    /// <summary>Writes this thread's share of all keys, so that reads find something.</summary>
    /// <param name="until">When to give up, by <see cref="BenchClock.Now" />.</param>
    /// <param name="stop">Asks to stop.</param>
    public void Fill(long until, CancellationToken stop)
    {
        for (long key = _number; key < _options.Keys && BenchClock.Now < until && !stop.IsCancellationRequested;)
        {
            if (!Connected())
            {
                continue;
            }

            var count = 0;
            for (; count < FillPipeline && key < _options.Keys; count++, key += _options.Threads)
            {
                _plan[count] = new PlannedOperation(false, (int)key, NextValue());
            }

            RunBatch(count, isRecorded: false);
        }

        Counts = new BenchCounts();
    }

    /// <inheritdoc />
    public void Run(long until, CancellationToken stop)
    {
        _lastWrite = BenchClock.Now;
        while (BenchClock.Now < until && !stop.IsCancellationRequested)
        {
            if (Connected())
            {
                Plan();
                RunBatch(_options.Pipeline, isRecorded: true);
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
    private void RunBatch(int count, bool isRecorded)
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
                var reply = connection.Receive();
                Account(answered, call, reply, isRecorded);
            }
        }
        catch (Exception broken) when (broken is SocketException or InvalidDataException)
        {
            Counts.Error(broken is SocketException socket ? $"connection: {socket.SocketErrorCode}" : $"protocol: {broken.Message}");
            connection.Dispose();
            _connection = null;
            for (; answered < count; answered++)
            {
                Account(answered, call, BenchReply.Open("no answer"), isRecorded);
            }
        }
    }

    private void Account(int place, long call, BenchReply reply, bool isRecorded)
    {
        var now = BenchClock.Now;
        var planned = _plan[place];
        if (reply.Outcome == OperationOutcome.Ok)
        {
            Counts.Succeeded(planned.IsRead, now - call);
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

        if (_history is null || !isRecorded)
        {
            return;
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

    private ReadOnlySpan<byte> KeyOf(PlannedOperation planned)
    {
        _prefix.CopyTo(_key, 0);
        Utf8Formatter.TryFormat(planned.Key, _key.AsSpan(_prefix.Length), out var digits);
        return _key.AsSpan(0, _prefix.Length + digits);
    }

    private ReadOnlySpan<byte> ValueOf(PlannedOperation planned)
    {
        "value-"u8.CopyTo(_value);
        Utf8Formatter.TryFormat(planned.Value, _value.AsSpan(6), out var digits);
        var length = 6 + digits;
        if (length >= _options.ValueBytes)
        {
            return _value.AsSpan(0, length);
        }

        _value.AsSpan(length, _options.ValueBytes - length).Fill((byte)'.');
        return _value.AsSpan(0, _options.ValueBytes);
    }

    private bool Connected() => (_connection ??= _nodes.TryConnect(Counts)) is not null;

    private IBenchConnection Dress(ServerConnection connection) => _options.Protocol == BenchProtocol.Thrift
        ? new ThriftBenchConnection(connection)
        : new RedisBenchConnection(connection, _options.Password);
}
