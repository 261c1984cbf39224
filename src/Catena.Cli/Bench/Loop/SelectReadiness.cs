using System.Net.Sockets;

namespace Catena.Cli.Bench.Loop;

/// <summary>Readiness where there is no epoll: by select, which looks at every socket each time.</summary>
internal sealed class SelectReadiness : IReadiness
{
    private const int NanosecondsOfMicrosecond = 1000;

    private readonly Dictionary<Socket, (int Number, bool ForWriting)> _watched = [];
    private readonly List<Socket> _readable = [];
    private readonly List<Socket> _writable = [];
    private readonly HashSet<int> _found = [];

    /// <inheritdoc />
    public void Add(Socket socket, int number, bool forWriting) => _watched[socket] = (number, forWriting);

    /// <inheritdoc />
    public void Change(Socket socket, int number, bool forWriting) => _watched[socket] = (number, forWriting);

    /// <inheritdoc />
    public void Remove(Socket socket, int number) => _watched.Remove(socket);

    /// <inheritdoc />
    public int Wait(Span<int> ready, long nanoseconds)
    {
        var microseconds = (int)Math.Min(nanoseconds / NanosecondsOfMicrosecond, int.MaxValue);
        if (_watched.Count == 0)
        {
            Thread.Sleep(TimeSpan.FromMicroseconds(microseconds));
            return 0;
        }

        _readable.Clear();
        _writable.Clear();
        _found.Clear();
        _readable.AddRange(_watched.Keys);
        _writable.AddRange(_watched.Where(one => one.Value.ForWriting).Select(one => one.Key));
        Socket.Select(_readable, _writable, null, microseconds);
        var count = 0;
        foreach (var socket in _readable.Concat(_writable))
        {
            if (count < ready.Length && _found.Add(_watched[socket].Number))
            {
                ready[count++] = _watched[socket].Number;
            }
        }

        return count;
    }

    /// <inheritdoc />
    public void Dispose() => _watched.Clear();
}
