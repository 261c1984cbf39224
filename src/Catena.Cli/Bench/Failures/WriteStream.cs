using System.Globalization;
using System.Text;
using Catena.Cli.Bench.Loop;
using Catena.Cli.CommandLine;

namespace Catena.Cli.Bench.Failures;

/// <summary>One client that writes one key through one node again and again, and the longest time in which it got no acknowledgement.</summary>
/// <remarks>
/// A client that has waited for 100 ms asks again on another connection; the late answer counts when it comes. All is done by one thread (<see cref="WriteWatch" />);
/// <see cref="LastAcknowledged" /> and <see cref="LongestGap" /> may be read by another.
/// </remarks>
/// <param name="key">The key.</param>
/// <param name="node">The node.</param>
/// <param name="open">Makes a connection.</param>
/// <param name="clock">The time.</param>
internal sealed class WriteStream(string key, HostPort node, Func<IStepSink, LoadChannel> open, Func<long> clock) : IStepSink
{
    /// <summary>How long a client waits before it asks again, in nanoseconds.</summary>
    public const long Patience = 100_000_000;

    private const long Pause = 4_000_000;

    private readonly byte[] _key = Encoding.UTF8.GetBytes(key);
    private readonly List<LoadChannel> _all = [];
    private readonly List<LoadChannel> _idle = [];
    private LoadChannel? _current;
    private long _asked;
    private long _due;
    private long _count;
    private long _last;
    private long _since = long.MaxValue;
    private long _longest;

    /// <summary>When a write was last acknowledged, by <see cref="BenchClock.Now" />; 0 for never.</summary>
    public long LastAcknowledged => Volatile.Read(ref _last);

    /// <summary>How many writes have been acknowledged.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>How many writes have been refused.</summary>
    public long Refused { get; private set; }

    /// <summary>Begins to look for gaps: of those that end after now.</summary>
    public void Mark(long now)
    {
        Volatile.Write(ref _longest, 0);
        Volatile.Write(ref _since, now);
    }

    /// <summary>The longest gap since the mark, in nanoseconds, one that lasts until now included.</summary>
    public long LongestGap(long now) => Math.Max(Volatile.Read(ref _longest), now - LastAcknowledged);

    /// <summary>Sends what is due.</summary>
    public void Tick(long now)
    {
        if (_current is not null && now - _asked > Patience)
        {
            (_current, _due) = (null, now);
        }

        if (_current is not null || now < _due)
        {
            return;
        }

        _asked = now;
        while (_idle.Count > 0)
        {
            var channel = _idle[^1];
            _idle.RemoveAt(_idle.Count - 1);
            if (channel.IsOpen)
            {
                _current = channel;
                Send(channel, now);
                return;
            }
        }

        _current = _all.Find(channel => !channel.IsAlive) ?? open(this);
        if (!_all.Contains(_current))
        {
            _all.Add(_current);
        }

        _current.Connect(node, new RedisCodec(null), now);
    }

    /// <inheritdoc />
    public void Opened(LoadChannel channel, long now) => Send(channel, now);

    /// <inheritdoc />
    public void Answered(LoadChannel channel, in PendingStep step, in BenchReply reply, long now)
    {
        if (reply.Outcome == OperationOutcome.Ok)
        {
            if (now > Volatile.Read(ref _since) && _last > 0)
            {
                Volatile.Write(ref _longest, Math.Max(_longest, now - _last));
            }

            Volatile.Write(ref _last, now);
            Acknowledged++;
        }
        else
        {
            Refused++;
        }

        _idle.Add(channel);
        if (channel == _current)
        {
            (_current, _due) = (null, now + Pause);
        }
    }

    /// <inheritdoc />
    public void Lost(in PendingStep step)
    {
        // That its connection broke is told, too.
    }

    /// <inheritdoc />
    public void Broke(string error)
    {
        // Nothing is to be waited for any more: it is asked again, on another connection.
        (_current, _due) = (null, clock() + Pause);
    }

    private void Send(LoadChannel channel, long now)
    {
        channel.Codec.WriteWrite(channel.Output, _key, Encoding.ASCII.GetBytes((++_count).ToString(CultureInfo.InvariantCulture)));
        channel.Queue(new PendingStep(default, BenchStep.Write, now));
        channel.Flush();
    }
}
