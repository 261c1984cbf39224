using Catena.Core.Primitives;
using Catena.Protocols.Resp.Commands;

namespace Catena.Server.Listeners.Redis.Statistics;

/// <summary>What one listener counts of each command and each kind of error, for INFO; CONFIG RESETSTAT begins anew.</summary>
/// <remarks>Thread-safe. Connections add runs of equal commands at once, so that a pipeline costs one addition.</remarks>
internal sealed class RedisStatistics
{
    /// <summary>How many kinds of errors are told apart; texts from requests do not get in here, but the bound is none to rely on.</summary>
    private const int MostErrorKinds = 128;

    private readonly Lock _sync = new();
    private readonly Dictionary<byte[], long> _errors = new(ByteKeyComparer.Instance);
    private readonly CommandFigures[] _commands = new CommandFigures[RedisCommandTable.All.Length];
    private long _sampledAt;
    private long _sampledRequests;
    private long _requestsPerSecond;

    /// <summary>How many requests were taken in the last second or so, a second.</summary>
    public long RequestsPerSecond => Volatile.Read(ref _requestsPerSecond);

    /// <summary>Adds a run of calls of one command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="calls">How many.</param>
    /// <param name="ticks">How long they took together, by Stopwatch.</param>
    public void Add(RedisCommandId command, long calls, long ticks)
    {
        ref var figures = ref _commands[(int)command];
        Interlocked.Add(ref figures.Calls, calls);
        Interlocked.Add(ref figures.Ticks, ticks);
    }

    /// <summary>Counts a call that was refused before it was looked at.</summary>
    /// <param name="command">The command.</param>
    public void AddRejected(RedisCommandId command) => Interlocked.Increment(ref _commands[(int)command].Rejected);

    /// <summary>Counts a call that was answered with an error.</summary>
    /// <param name="command">The command.</param>
    public void AddFailed(RedisCommandId command) => Interlocked.Increment(ref _commands[(int)command].Failed);

    /// <summary>Counts an error by its code.</summary>
    /// <param name="error">Code and text.</param>
    public void AddError(ReadOnlySpan<byte> error)
    {
        var end = error.IndexOfAny((byte)' ', (byte)'\r');
        var code = end < 0 ? error : error[..end];
        lock (_sync)
        {
            var lookup = _errors.GetAlternateLookup<ReadOnlySpan<byte>>();
            if (lookup.TryGetValue(code, out var count) || _errors.Count < MostErrorKinds)
            {
                lookup[code] = count + 1;
            }
        }
    }

    /// <summary>The figures of a command.</summary>
    /// <param name="command">The command.</param>
    public CommandFigures Of(RedisCommandId command)
    {
        ref var figures = ref _commands[(int)command];
        return new CommandFigures
        {
            Calls = Interlocked.Read(ref figures.Calls),
            Ticks = Interlocked.Read(ref figures.Ticks),
            Rejected = Interlocked.Read(ref figures.Rejected),
            Failed = Interlocked.Read(ref figures.Failed),
        };
    }

    /// <summary>The kinds of errors with their counts, in order.</summary>
    public List<(byte[] Code, long Count)> Errors()
    {
        lock (_sync)
        {
            return [.. _errors.OrderBy(pair => Convert.ToHexString(pair.Key), StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value))];
        }
    }

    /// <summary>Notes how many requests there were, to tell a rate; called about once a second by one thread.</summary>
    /// <param name="now">The time, in nanoseconds of any clock.</param>
    /// <param name="requests">How many since the start.</param>
    public void Sample(long now, long requests)
    {
        if (_sampledAt != 0 && now > _sampledAt)
        {
            Volatile.Write(ref _requestsPerSecond, (long)((requests - _sampledRequests) * 1e9 / (now - _sampledAt)));
        }

        _sampledAt = now;
        _sampledRequests = requests;
    }

    /// <summary>Begins to count anew.</summary>
    public void Reset()
    {
        foreach (ref var figures in _commands.AsSpan())
        {
            Interlocked.Exchange(ref figures.Calls, 0);
            Interlocked.Exchange(ref figures.Ticks, 0);
            Interlocked.Exchange(ref figures.Rejected, 0);
            Interlocked.Exchange(ref figures.Failed, 0);
        }

        lock (_sync)
        {
            _errors.Clear();
        }
    }
}
