using System.Net;
using System.Net.Sockets;

namespace Catena.Server.Tests.Coordination;

/// <summary>A TCP relay to a server that can be shut, or made to lose one direction.</summary>
internal sealed class CuttableRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly HashSet<Socket> _open = [];
    private readonly Lock _gate = new();
    private readonly IPEndPoint _target;
    private readonly Task _accepting;
    private volatile bool _isShut;

    public CuttableRelay(IPEndPoint target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string ConnectString => _listener.LocalEndpoint.ToString()!;

    /// <summary>Loses what the server says.</summary>
    public bool LosesReplies { get; set; }

    /// <summary>Loses what the client says.</summary>
    public bool LosesRequests { get; set; }

    /// <summary>Closes all connections, and each new one at once.</summary>
    public void Shut()
    {
        _isShut = true;
        Cut();
    }

    /// <summary>Lets connections through whole again.</summary>
    public void Open()
    {
        (LosesReplies, LosesRequests) = (false, false);
        _isShut = false;
    }

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

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Shut();
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
                if (_isShut)
                {
                    client.Dispose();
                    continue;
                }

                var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                client.NoDelay = true;
                await server.ConnectAsync(_target);
                lock (_gate)
                {
                    _open.Add(client);
                    _open.Add(server);
                }

                _ = RelayAsync(client, server, () => LosesRequests);
                _ = RelayAsync(server, client, () => LosesReplies);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The last: a listener that was stopped between two connections.
            Assert.True(_stop.IsCancellationRequested, e.ToString());
        }
    }

    private static async Task RelayAsync(Socket from, Socket to, Func<bool> loses)
    {
        var buffer = new byte[64 << 10];
        try
        {
            int count;
            while ((count = await from.ReceiveAsync(buffer)) > 0)
            {
                if (!loses())
                {
                    await to.SendAsync(buffer.AsMemory(0, count));
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection was cut.
        }

        from.Dispose();
        to.Dispose();
    }
}
