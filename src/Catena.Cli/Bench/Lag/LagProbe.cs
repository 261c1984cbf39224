using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Catena.Cli.CommandLine;
using Catena.Cli.Data;
using Catena.Protocols.Resp;
using Catena.Server.Node;

namespace Catena.Cli.Bench.Lag;

/// <summary>Writes keys and asks every node's copy until it shows them. Not thread-safe.</summary>
/// <remarks>
/// A copy is asked by <c>CATENA.GET key STALENESS</c> with an hour, which a node answers from what it has applied of the partition, if it has a copy; a node that has none asks one that has. A lag is the time from the receipt of the
/// write's acknowledgement to the receipt of the first answer that shows the value: at least one asking, however soon the copy had it.
/// </remarks>
internal sealed class LagProbe : IDisposable
{
    private const string HourInMilliseconds = "3600000";

    private readonly IReadOnlyList<HostPort> _nodes;
    private readonly TimeSpan _timeout;
    private readonly List<RespClient> _clients = [];
    private readonly string _run = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{BenchClock.Now}-");

    /// <summary>Connects to all nodes.</summary>
    /// <param name="nodes">The nodes' addresses in the Redis protocol.</param>
    /// <param name="timeout">How long to wait for an answer, and for a copy.</param>
    /// <param name="password">The password; null for none.</param>
    /// <exception cref="CommandException">One cannot be reached, or the password is not its own.</exception>
    public LagProbe(IReadOnlyList<HostPort> nodes, TimeSpan timeout, RedisPassword? password)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        _nodes = nodes;
        _timeout = timeout;
        foreach (var node in nodes)
        {
            try
            {
                _clients.Add(RespClient.Open(node, timeout));
            }
            catch (SocketException refused)
            {
                Dispose();
                throw new CommandException(ExitCode.ClusterDead, $"{node} does not answer: {refused.Message}", refused);
            }

            _clients[^1].Authenticate(password);
            Lags[node.ToString()] = new LatencyHistogram();
        }
    }

    /// <summary>How long writes took.</summary>
    public LatencyHistogram Writes { get; } = new();

    /// <summary>How long after the acknowledgement each node's copy showed a write.</summary>
    public SortedDictionary<string, LatencyHistogram> Lags { get; } = new(StringComparer.Ordinal);

    /// <summary>How long after the acknowledgement all nodes' copies showed a write.</summary>
    public LatencyHistogram Everywhere { get; } = new();

    /// <summary>How long a copy takes to answer.</summary>
    public LatencyHistogram Asking { get; } = new();

    /// <summary>What went wrong.</summary>
    public SortedDictionary<string, long> Errors { get; } = new(StringComparer.Ordinal);

    /// <summary>Writes and asks.</summary>
    /// <param name="keys">How many keys, in turn.</param>
    /// <param name="until">Until when, by <see cref="BenchClock.Now" />.</param>
    /// <param name="stop">Asks to stop before.</param>
    /// <exception cref="CommandException">A connection broke, or a copy did not follow in time.</exception>
    public void Run(int keys, long until, CancellationToken stop)
    {
        try
        {
            for (var count = 0L; BenchClock.Now < until && !stop.IsCancellationRequested; count++)
            {
                RunOne(count, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"lag-{count % keys}")));
            }
        }
        catch (Exception broken) when (broken is SocketException or InvalidDataException)
        {
            throw new CommandException(ExitCode.Failed, $"a node went away: {broken.Message}", broken);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _clients.ForEach(client => client.Dispose());

    private void RunOne(long count, byte[] key)
    {
        var value = Encoding.ASCII.GetBytes(_run + count.ToString(CultureInfo.InvariantCulture));
        var writer = _clients[(int)(count % _clients.Count)];
        var begin = BenchClock.Now;
        writer.Queue("SET"u8, key, value);
        writer.Send();
        if (IsRefused(writer.Receive()))
        {
            return;
        }

        var acknowledged = BenchClock.Now;
        Writes.Add(acknowledged - begin);
        List<int> behind = [.. Enumerable.Range(0, _clients.Count)];
        while (behind.Count > 0)
        {
            AskOnce(behind, key, value, acknowledged);
            if (BenchClock.Now - acknowledged > _timeout.Ticks * TimeSpan.NanosecondsPerTick)
            {
                throw new CommandException(ExitCode.Failed, $"{_nodes[behind[0]]} does not show a write {Durations.Format(_timeout)} after its acknowledgement");
            }
        }

        Everywhere.Add(BenchClock.Now - acknowledged);
    }

    /// <summary>Asks all copies that are behind at the same time.</summary>
    private void AskOnce(List<int> behind, byte[] key, byte[] value, long acknowledged)
    {
        var begin = BenchClock.Now;
        foreach (var node in behind)
        {
            _clients[node].Queue("CATENA.GET"u8, key, "STALENESS"u8.ToArray(), Encoding.ASCII.GetBytes(HourInMilliseconds));
            _clients[node].Send();
        }

        behind.RemoveAll(node =>
        {
            var reply = _clients[node].Receive();
            var now = BenchClock.Now;
            Asking.Add(now - begin);
            if (IsRefused(reply) || !Shows(reply, value))
            {
                return false;
            }

            Lags[_nodes[node].ToString()].Add(now - acknowledged);
            return true;
        });
    }

    private bool IsRefused(RespReply reply)
    {
        if (reply.IsError)
        {
            var text = Encoding.UTF8.GetString(reply.Bytes);
            Errors[text] = Errors.GetValueOrDefault(text) + 1;
        }

        return reply.IsError;
    }

    /// <summary>Whether the answer, which is an array of the value and how old it may be, has the value.</summary>
    private static bool Shows(RespReply reply, byte[] value)
    {
        foreach (var element in reply)
        {
            return element.Bytes.SequenceEqual(value);
        }

        return false;
    }
}
