using System.Net.Sockets;

namespace Catena.Cli.Bench.Loop;

/// <summary>Tells which of many sockets can be read or written. Not thread-safe.</summary>
internal interface IReadiness : IDisposable
{
    /// <summary>Begins to watch a socket.</summary>
    /// <param name="socket">The socket, which does not block.</param>
    /// <param name="number">What it is called here.</param>
    /// <param name="forWriting">Whether it is watched for writing, too, beside reading.</param>
    void Add(Socket socket, int number, bool forWriting);

    /// <summary>Changes what a socket is watched for.</summary>
    void Change(Socket socket, int number, bool forWriting);

    /// <summary>Ends watching a socket, before it is closed.</summary>
    void Remove(Socket socket, int number);

    /// <summary>Waits until some are ready.</summary>
    /// <param name="ready">Takes their numbers.</param>
    /// <param name="nanoseconds">How long to wait at most; 0 to look only.</param>
    /// <returns>How many there are.</returns>
    int Wait(Span<int> ready, long nanoseconds);
}
