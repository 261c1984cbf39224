using System.Globalization;
using System.Text;
using Catena.Cli.Bench.Loop;
using Catena.Cli.CommandLine;
using Catena.Core.Placement;

namespace Catena.Cli.Bench.Failures;

/// <summary>Writes into some partitions all the time, in a thread of its own, and sees how long writes stand still.</summary>
internal sealed class WriteWatch : IDisposable
{
    private const long TickNanoseconds = 1_000_000;
    private const int WarmWrites = 30;

    private readonly IReadiness _readiness = OperatingSystem.IsLinux() ? new EpollReadiness() : new SelectReadiness();
    private readonly List<LoadChannel> _channels = [];
    private readonly List<WriteStream> _streams;
    private readonly Thread _thread;
    private volatile bool _isOver;

    /// <summary>Begins to write.</summary>
    /// <param name="partitions">Into which partitions; each has a client.</param>
    /// <param name="map">Which keys they have.</param>
    /// <param name="nodes">Through which nodes, in turn.</param>
    public WriteWatch(IReadOnlyList<int> partitions, PartitionMap map, IReadOnlyList<HostPort> nodes)
    {
        ArgumentNullException.ThrowIfNull(partitions);
        ArgumentNullException.ThrowIfNull(nodes);
        _streams = [.. partitions.Select((partition, index) => new WriteStream(KeyOf(partition, map), nodes[index % nodes.Count], Open, () => BenchClock.Now))];
        _thread = new Thread(Run) { IsBackground = true, Name = "writes" };
        _thread.Start();
    }

    /// <summary>Whether every client has got enough answers to have begun in earnest.</summary>
    public bool IsWarm => _streams.All(stream => stream.Acknowledged > WarmWrites);

    /// <summary>How many writes have been refused.</summary>
    public long Refused => _streams.Sum(stream => stream.Refused);

    /// <summary>Begins to look for gaps.</summary>
    public void Mark() => _streams.ForEach(stream => stream.Mark(BenchClock.Now));

    /// <summary>Whether all clients have been answered lately.</summary>
    public bool IsFlowing => _streams.All(stream => BenchClock.Now - stream.LastAcknowledged < WriteStream.Patience);

    /// <summary>The longest gap of any client since the mark.</summary>
    public TimeSpan LongestGap => TimeSpan.FromTicks(_streams.Max(stream => stream.LongestGap(BenchClock.Now)) / TimeSpan.NanosecondsPerTick);

    /// <summary>A key of a partition.</summary>
    public static string KeyOf(int partition, PartitionMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        for (var number = 0; ; number++)
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"failover-{number}");
            if (map.Of(Encoding.ASCII.GetBytes(key)).Value == partition)
            {
                return key;
            }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _isOver = true;
        _thread.Join();
        _channels.ForEach(channel => channel.Dispose());
        _readiness.Dispose();
    }

    private LoadChannel Open(IStepSink sink)
    {
        var channel = new LoadChannel(_channels.Count, 1, _readiness, sink, () => BenchClock.Now);
        _channels.Add(channel);
        return channel;
    }

    private void Run()
    {
        var ready = new int[256];
        while (!_isOver)
        {
            var now = BenchClock.Now;
            foreach (var stream in _streams)
            {
                stream.Tick(now);
            }

            var count = _readiness.Wait(ready, TickNanoseconds);
            for (var index = 0; index < count; index++)
            {
                _channels[ready[index]].React(BenchClock.Now);
            }
        }
    }
}
