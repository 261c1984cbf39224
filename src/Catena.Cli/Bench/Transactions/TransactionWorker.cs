using System.Net.Sockets;
using System.Text;

namespace Catena.Cli.Bench.Transactions;

/// <summary>One thread of a load that runs transactions, one after the other.</summary>
internal sealed class TransactionWorker : IBenchWorker
{
    private readonly BenchOptions _options;
    private readonly ITransactionLoad _load;
    private readonly TransactionHistoryWriter? _history;
    private readonly StringBuilder _text = new();
    private readonly NodeRotation<RedisTransactions> _nodes;
    private RedisTransactions? _connection;
    private int _process;
    private long _lastWrite;

    /// <summary>Makes a worker.</summary>
    /// <param name="options">The load.</param>
    /// <param name="number">The thread's number, from 0.</param>
    /// <param name="load">Its transactions.</param>
    /// <param name="history">Takes down what happens; null for nobody.</param>
    /// <param name="timeline">Told what happens when.</param>
    public TransactionWorker(BenchOptions options, int number, ITransactionLoad load, TransactionHistoryWriter? history, BenchTimeline timeline)
    {
        _options = options;
        _load = load;
        Counts = new BenchCounts(timeline);
        _history = history;
        _nodes = new NodeRotation<RedisTransactions>(options, number, connection => new RedisTransactions(connection, options.Password));
        _process = history?.NextProcess() ?? 0;
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
                _load.Draw();
                RunOne(_connection);
                BenchPause.Take(_options, stop);
            }
        }

        if (_options.ReadPercent < 100)
        {
            Counts.Stalled(BenchClock.Now - _lastWrite);
        }

        _connection?.Dispose();
    }

    private void RunOne(RedisTransactions connection)
    {
        _history?.Called(_process, _load.Function, Describe(isAnswered: false));
        var call = BenchClock.Now;
        try
        {
            Account(call, _load.Run(connection));
        }
        catch (Exception broken) when (broken is SocketException or InvalidDataException)
        {
            Counts.Error(broken is SocketException socket ? $"connection: {socket.SocketErrorCode}" : $"protocol: {broken.Message}");
            connection.Dispose();
            _connection = null;
            Account(call, BenchReply.Open("no answer"));
        }
    }

    private void Account(long call, BenchReply reply)
    {
        var now = BenchClock.Now;
        var isOk = reply.Outcome == OperationOutcome.Ok;
        if (isOk)
        {
            Counts.Succeeded(_load.IsRead ? OperationKind.Read : OperationKind.Update, now - call, now);
            if (!_load.IsRead)
            {
                Counts.Stalled(now - _lastWrite);
                _lastWrite = now;
            }
            else if (_load.IsSumBroken)
            {
                Counts.SumBroken();
            }
        }
        else
        {
            Counts.Missed(reply.Outcome);
            Counts.Error(reply.Error!);
        }

        if (_history is null)
        {
            return;
        }

        _history.Ended(_process, reply.Outcome, _load.Function, Describe(isOk));
        if (reply.Outcome == OperationOutcome.Unknown)
        {
            _process = _history.NextProcess();
        }
    }

    private StringBuilder Describe(bool isAnswered)
    {
        _load.Describe(_text.Clear(), isAnswered);
        return _text;
    }
}
