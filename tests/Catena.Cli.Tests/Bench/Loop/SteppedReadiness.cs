using System.Net.Sockets;
using Catena.Cli.Bench.Loop;

namespace Catena.Cli.Tests.Bench.Loop;

/// <summary>Readiness of real sockets in a time of its own, which goes on by as much as would have been waited for.</summary>
internal sealed class SteppedReadiness : IReadiness
{
    private const long RealNanoseconds = 10_000_000;

    private readonly SelectReadiness _inner = new();
    private long _now = 1;

    /// <summary>The time, in nanoseconds.</summary>
    public long Now => Volatile.Read(ref _now);

    /// <summary>Lets time pass.</summary>
    public void Pass(long nanoseconds) => Interlocked.Add(ref _now, nanoseconds);

    /// <inheritdoc />
    public void Add(Socket socket, int number, bool forWriting) => _inner.Add(socket, number, forWriting);

    /// <inheritdoc />
    public void Change(Socket socket, int number, bool forWriting) => _inner.Change(socket, number, forWriting);

    /// <inheritdoc />
    public void Remove(Socket socket, int number) => _inner.Remove(socket, number);

    /// <inheritdoc />
    public int Wait(Span<int> ready, long nanoseconds)
    {
        var count = _inner.Wait(ready, RealNanoseconds);
        if (count == 0)
        {
            Pass(nanoseconds);
        }

        return count;
    }

    /// <inheritdoc />
    public void Dispose() => _inner.Dispose();
}
