using System.Net.Sockets;
using System.Text;
using Catena.Cli.Data;
using Catena.Core.Primitives;
using Catena.Protocols;
using Catena.Protocols.Thrift;

namespace Catena.Cli.Bench.Transactions;

/// <summary>One thread of a load that runs transactions call by call, through Thrift: begin, a put in each of several partitions, prepare, and then commit or rollback.</summary>
/// <remarks>The duration of every call is told apart. A transaction counts as a write, also one that is rolled back, since all but its last call is the same.</remarks>
internal sealed class PreparedWorker : IBenchWorker
{
    private readonly BenchOptions _options;
    private readonly Prng _random;
    private readonly NodeRotation<ServerConnection> _nodes;
    private readonly SpreadKeys _keys;
    private readonly byte[] _value;
    private ServerConnection? _connection;
    private long _lastValue;
    private long _lastWrite;
    private int _lastCall;

    /// <summary>Makes a worker.</summary>
    /// <param name="options">The load.</param>
    /// <param name="number">The thread's number, from 0.</param>
    /// <param name="random">Draws.</param>
    /// <param name="timeline">Told what happens when.</param>
    public PreparedWorker(BenchOptions options, int number, Prng random, BenchTimeline timeline)
    {
        _options = options;
        _random = random;
        _nodes = new NodeRotation<ServerConnection>(options, number, connection => connection);
        _keys = new SpreadKeys(options.Spread, options.KeyPrefix);
        _value = new byte[Math.Max(options.ValueBytes, 32)];
        _lastValue = number - options.Threads;
        Counts = new BenchCounts(timeline);
    }

    /// <inheritdoc />
    public BenchCounts Counts { get; }

    /// <inheritdoc />
    public void Run(long until, CancellationToken stop)
    {
        _lastWrite = BenchClock.Now;
        while (BenchClock.Now < until && !stop.IsCancellationRequested)
        {
            _connection ??= _nodes.TryConnect(Counts);
            if (_connection is not null)
            {
                RunOne(_connection);
                BenchPause.Take(_options, stop);
            }
        }

        Counts.Stalled(BenchClock.Now - _lastWrite);
        _connection?.Dispose();
    }

    private void RunOne(ServerConnection connection)
    {
        var begin = BenchClock.Now;
        var isDeciding = false;
        try
        {
            if (!TryPrepare(connection, out var prepared))
            {
                return;
            }

            isDeciding = true;
            var isRollback = _random.Next(100) < _options.RollbackPercent;
            var method = isRollback ? CatenaMethod.TransactionRollback : CatenaMethod.TransactionCommit;
            if (!TryCall(connection, isRollback ? "rollback" : "commit", CatenaRequest.OfTransaction(method, prepared), out _))
            {
                return;
            }

            var now = BenchClock.Now;
            Counts.Succeeded(OperationKind.Update, now - begin, now);
            Counts.Stalled(now - _lastWrite);
            _lastWrite = now;
        }
        catch (Exception broken) when (broken is SocketException or InvalidDataException)
        {
            Counts.Error(broken is SocketException socket ? $"connection: {socket.SocketErrorCode}" : $"protocol: {broken.Message}");

            // Before it was decided about nothing has happened, and nothing will: nobody has its handle any more.
            Counts.Missed(isDeciding ? OperationOutcome.Unknown : OperationOutcome.Fail);
            connection.Dispose();
            _connection = null;
        }
    }

    private bool TryPrepare(ServerConnection connection, out byte[] prepared)
    {
        prepared = [];
        if (!TryCall(connection, "begin", CatenaRequest.Begin(locking: false, default), out var handle))
        {
            return false;
        }

        var group = _random.Next(_options.Keys);
        _lastValue += _options.Threads;
        for (var place = 0; place < _options.Spread; place++)
        {
            var put = CatenaRequest.OfTransaction(CatenaMethod.TransactionPut, handle);
            put.Bytes(2, _keys.Of(group, place));
            put.Bytes(3, ValueText.Write(_value, _lastValue, _options.ValueBytes));
            if (!TryCall(connection, "put", put, out _))
            {
                return false;
            }
        }

        return TryCall(connection, "prepare", CatenaRequest.OfTransaction(CatenaMethod.TransactionPrepare, handle), out prepared);
    }

    private bool TryCall(ServerConnection connection, string name, CatenaRequest request, out byte[] result)
    {
        var begin = BenchClock.Now;
        request.Write(connection.Output, ++_lastCall);
        connection.Send();
        ReadOnlySpan<byte> frame;
        int size;
        ReadStatus status;
        while ((status = ThriftFrame.Read(connection.Received, ThriftFrame.DefaultMaxBytes, out frame, out size)) == ReadStatus.NeedMore)
        {
            connection.Receive();
        }

        if (status != ReadStatus.Complete || !CatenaReply.TryRead(frame, request.Method, out var reply) || reply.SequenceId != _lastCall)
        {
            throw new InvalidDataException($"a frame that is no answer of {request.Method}");
        }

        var isRefused = reply.IsApplicationException || reply.Exception != 0;
        if (isRefused)
        {
            Counts.Error(reply.Exception != 0 ? $"{name}: {reply.Exception}" : $"{name}: {Encoding.UTF8.GetString(reply.Message)}");
            var isOpen = reply.Exception == CatenaException.OutcomeUnknown || (reply.IsApplicationException && name is ("commit" or "rollback"));
            Counts.Missed(isOpen ? OperationOutcome.Unknown : OperationOutcome.Fail);
        }
        else
        {
            Counts.Called(name, BenchClock.Now - begin);
        }

        result = reply.TryReadBytes(out var bytes) ? bytes.ToArray() : [];
        connection.Consume(size);
        return !isRefused;
    }
}
