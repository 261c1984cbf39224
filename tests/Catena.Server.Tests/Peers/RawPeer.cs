using System.Net.Sockets;
using Catena.Core.Primitives;
using Catena.Server.Peers;
using Catena.Server.Peers.Wire;

namespace Catena.Server.Tests.Peers;

/// <summary>A bare socket to a node's peer port, for what a proper peer would not do.</summary>
internal sealed class RawPeer : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 20_000 };

    public RawPeer(TestPeer to) => _socket.Connect("127.0.0.1", to.Transport.Port);

    public HelloReply? Greet(Hello hello)
    {
        var bytes = new byte[Hello.Size];
        hello.Write(bytes);
        Send(bytes);
        var reply = new byte[HelloReply.Size];
        var have = 0;
        while (have < reply.Length)
        {
            var count = _socket.Receive(reply.AsSpan(have));
            if (count == 0)
            {
                return null;
            }

            have += count;
        }

        return HelloReply.TryRead(reply);
    }

    public static Hello HelloTo(TestPeer to, ulong from, PeerLane lane = PeerLane.Control, ulong incarnation = 1) =>
        new(Hello.CurrentVersion, lane, TestPeer.Cluster, new NodeId(from), to.Id, incarnation);

    public static byte[] Frame(PeerFrameKind kind, params byte[] payload)
    {
        byte[] frame = [.. new byte[PeerFrame.HeaderSize], .. payload];
        PeerFrame.WriteHeader(frame, kind);
        return frame;
    }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[_socket.Send(bytes)..];
        }
    }

    /// <summary>Whether the node closes the connection; whatever it sends before is passed over.</summary>
    public bool IsClosedByNode()
    {
        var bytes = new byte[256];
        try
        {
            while (_socket.Receive(bytes) > 0)
            {
            }

            return true;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.ConnectionReset;
        }
    }

    public void Dispose() => _socket.Dispose();
}
