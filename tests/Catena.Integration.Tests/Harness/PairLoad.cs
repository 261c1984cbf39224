using System.Globalization;

namespace Catena.Integration.Tests.Harness;

/// <summary>A load whose keys come in pairs: a counter is written to the first key and then, once that is acknowledged, to the second.</summary>
/// <remarks>So at no moment of the cluster is a second key ahead of its first, nor more than one behind.</remarks>
internal sealed class PairLoad : IAsyncDisposable
{
    private readonly int[] _acknowledged;
    private readonly int[] _begun;
    private readonly Task[] _workers;
    private volatile bool _isStopping;

    /// <summary>Begins.</summary>
    /// <param name="ports">The nodes' Redis ports; each has a worker.</param>
    /// <param name="pairs">How many pairs there are.</param>
    internal PairLoad(int[] ports, int pairs)
    {
        _acknowledged = new int[pairs];
        _begun = new int[pairs];
        _workers = [.. ports.Select((port, index) => Task.Factory.StartNew(() => Work(port, index, ports.Length), TaskCreationOptions.LongRunning))];
    }

    internal static string First(int pair) => string.Create(CultureInfo.InvariantCulture, $"first-{pair}");

    internal static string Second(int pair) => string.Create(CultureInfo.InvariantCulture, $"second-{pair}");

    /// <summary>The counters of the second keys that have been acknowledged by now.</summary>
    internal int[] Acknowledged() => [.. _acknowledged.Select((_, pair) => Volatile.Read(ref _acknowledged[pair]))];

    /// <summary>The counters that have been sent by now.</summary>
    internal int[] Begun() => [.. _begun.Select((_, pair) => Volatile.Read(ref _begun[pair]))];

    internal Task BegunAsync() => Eventually.TrueAsync("every pair was written", () => Acknowledged().All(counter => counter > 0));

    /// <summary>Ends the load; fails where a write was refused.</summary>
    internal Task StopAsync()
    {
        _isStopping = true;
        return Task.WhenAll(_workers);
    }

    public async ValueTask DisposeAsync()
    {
        _isStopping = true;
        await Task.WhenAll(_workers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Work(int port, int index, int step)
    {
        using var redis = new RawRedis(port);
        for (var counter = 1; !_isStopping; counter++)
        {
            for (var pair = index; pair < _begun.Length; pair += step)
            {
                Volatile.Write(ref _begun[pair], counter);
                var value = counter.ToString(CultureInfo.InvariantCulture);
                redis.Set(First(pair), value);
                redis.Set(Second(pair), value);
                Volatile.Write(ref _acknowledged[pair], counter);
            }
        }
    }
}
