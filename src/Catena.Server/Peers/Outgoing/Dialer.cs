using System.Net.Sockets;
using Catena.Server.Peers.Wire;

namespace Catena.Server.Peers.Outgoing;

/// <summary>Opens connections to peers: connects, says who it is, and hears who answers.</summary>
internal static class Dialer
{
    /// <summary>Opens one connection.</summary>
    /// <param name="options">Who dials.</param>
    /// <param name="address">Who is dialled.</param>
    /// <param name="lane">What the connection is for.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="OperationCanceledException">It was told to give up.</exception>
    public static async Task<DialOutcome> DialAsync(PeerTransportOptions options, PeerAddress address, PeerLane lane, CancellationToken stop)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(options.HandshakeTimeout);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        OutgoingConnection? connection = null;
        try
        {
            await socket.ConnectAsync(address.Host, address.Port, deadline.Token).ConfigureAwait(false);
            var reply = await GreetAsync(options, address, lane, socket, deadline.Token).ConfigureAwait(false);
            if (Complaint(options, address, reply) is { } complaint)
            {
                return new DialOutcome(null, complaint, false);
            }

            connection = new OutgoingConnection(socket, reply!.Value.Incarnation, options.MaxPayload(lane), options.MaxQueue(lane));
            return new DialOutcome(connection, "", false);
        }
        catch (SocketException e)
        {
            return new DialOutcome(null, e.SocketErrorCode.ToString(), e.SocketErrorCode == SocketError.ConnectionRefused);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new DialOutcome(null, $"no answer within {options.HandshakeTimeout}", false);
        }
        finally
        {
            if (connection is null)
            {
                socket.Dispose();
            }
        }
    }

    private static async Task<HelloReply?> GreetAsync(
        PeerTransportOptions options, PeerAddress address, PeerLane lane, Socket socket, CancellationToken deadline)
    {
        var hello = new byte[Hello.Size];
        new Hello(Hello.CurrentVersion, lane, options.ClusterId, options.Self, address.Node, options.Incarnation).Write(hello);
        for (ReadOnlyMemory<byte> rest = hello; !rest.IsEmpty;)
        {
            rest = rest[await socket.SendAsync(rest, SocketFlags.None, deadline).ConfigureAwait(false)..];
        }

        var reply = new byte[HelloReply.Size];
        for (Memory<byte> rest = reply; !rest.IsEmpty;)
        {
            var count = await socket.ReceiveAsync(rest, SocketFlags.None, deadline).ConfigureAwait(false);
            if (count == 0)
            {
                return null;
            }

            rest = rest[count..];
        }

        return HelloReply.TryRead(reply);
    }

    private static string? Complaint(PeerTransportOptions options, PeerAddress address, HelloReply? reply) => reply switch
    {
        null => "what answers there is no node of this program",
        { Version: not Hello.CurrentVersion } =>
            $"it speaks version {reply.Value.Version} of the peer protocol, this node version {Hello.CurrentVersion}",
        { Refusal: not PeerRefusal.None } =>
            $"it refuses ({reply.Value.Refusal}) as node {reply.Value.From} of cluster {reply.Value.ClusterId}",
        _ when reply.Value.ClusterId != options.ClusterId => $"it belongs to cluster {reply.Value.ClusterId}, this node to {options.ClusterId}",
        _ when reply.Value.From != address.Node => $"it is node {reply.Value.From}",
        _ => null,
    };
}
