using System.Net;
using System.Net.Sockets;

namespace Catena.ZooKeeper.Tests.Support;

/// <summary>A TCP relay whose connections can be cut, refused, or made to swallow what the server says.</summary>
internal sealed class CuttableProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly HashSet<Socket> _open = [];
    private readonly Lock _gate = new();
    private readonly string _target;
    private readonly Task _accepting;
    private volatile bool _refuses;
    private volatile bool _swallowsReplies;

    public CuttableProxy(string target)
    {
        _target = target.Split(',')[0].Split('/')[0];
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string ConnectString => _listener.LocalEndpoint.ToString()!;

    /// <summary>How many connections have been accepted and relayed.</summary>
    public int Accepted { get; private set; }

    /// <summary>Closes all connections.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            foreach (var socket in _open)
            {
                socket.Dispose();
            }

            _open.Clear();
        }
    }

    /// <summary>Closes all connections and every new one.</summary>
    public void Refuse()
    {
        _refuses = true;
        Cut();
    }

    /// <summary>Lets new connections through.</summary>
    public void Allow() => _refuses = false;

    /// <summary>From now on nothing that the server says arrives, on connections that are open.</summary>
    public void SwallowReplies() => _swallowsReplies = true;

    /// <summary>Lets what the server says arrive, on new connections.</summary>
    public void LetRepliesThrough() => _swallowsReplies = false;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Refuse();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_stop.Token);
                if (_refuses)
                {
                    client.Dispose();
                    continue;
                }

                var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                client.NoDelay = true;
                var colon = _target.LastIndexOf(':');
                await server.ConnectAsync(_target[..colon], int.Parse(_target[(colon + 1)..], System.Globalization.CultureInfo.InvariantCulture));
                lock (_gate)
                {
                    Accepted++;
                    _open.Add(client);
                    _open.Add(server);
                }

                _ = RelayAsync(client, server, () => false);
                _ = RelayAsync(server, client, () => _swallowsReplies);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            Assert.True(_stop.IsCancellationRequested, e.ToString());
        }
    }

    private async Task RelayAsync(Socket from, Socket to, Func<bool> swallow)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            int count;
            while ((count = await from.ReceiveAsync(buffer)) > 0)
            {
                if (!swallow())
                {
                    await to.SendAsync(buffer.AsMemory(0, count));
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection was cut.
        }

        lock (_gate)
        {
            _open.Remove(from);
            _open.Remove(to);
        }

        from.Dispose();
        to.Dispose();
    }
}
