using System.Net;
using Catena.Core.Primitives;

namespace Catena.Server.Peers;

/// <summary>The settings of a <see cref="PeerTransport" />.</summary>
internal sealed record PeerTransportOptions
{
    /// <summary>The cluster; connections of another are refused.</summary>
    public required Guid ClusterId { get; init; }

    /// <summary>This node.</summary>
    public required NodeId Self { get; init; }

    /// <summary>This node's life, greater than any earlier one.</summary>
    public required ulong Incarnation { get; init; }

    /// <summary>The address to listen at.</summary>
    public IPAddress Bind { get; init; } = IPAddress.Loopback;

    /// <summary>The port to listen at; any free one where 0.</summary>
    public int Port { get; init; }

    /// <summary>How long a connection may take until both sides have said who they are. Default: 2 s.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How many incoming connections may be in their handshake; more are closed. Default: 64.</summary>
    public int MaxPendingHandshakes { get; init; } = 64;

    /// <summary>The longest payload of a frame on the control lane. Default: 1 MiB.</summary>
    public int MaxControlPayload { get; init; } = 1 << 20;

    /// <summary>The longest payload of a frame on the bulk lane; more than the longest value and a batch of entries. Default: 64 MiB.</summary>
    public int MaxBulkPayload { get; init; } = 64 << 20;

    /// <summary>How many bytes may wait for one peer on the control lane. Default: 4 MiB.</summary>
    public int MaxControlQueue { get; init; } = 4 << 20;

    /// <summary>
    /// How many bytes may wait for one peer on the bulk lane; a longer frame goes only where none waits. Default: 64 MiB.
    /// </summary>
    public int MaxBulkQueue { get; init; } = 64 << 20;

    /// <summary>The longest wait before a peer is dialled again, of which a random half is left out. Default: 200 ms.</summary>
    public TimeSpan MaxReconnectDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a connection may take no byte of what waits before it is cut. Default: 5 s.</summary>
    public TimeSpan StuckTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What is done when the receiver throws: by default the process ends, since an invariant is broken.</summary>
    public Action<Exception> Fatal { get; init; } = static reason => Environment.FailFast("A receiver of peer messages threw.", reason);

    /// <summary>The longest payload of a frame.</summary>
    /// <param name="lane">The lane.</param>
    public int MaxPayload(PeerLane lane) => lane == PeerLane.Control ? MaxControlPayload : MaxBulkPayload;

    /// <summary>How many bytes may wait for one peer.</summary>
    /// <param name="lane">The lane.</param>
    public int MaxQueue(PeerLane lane) => lane == PeerLane.Control ? MaxControlQueue : MaxBulkQueue;

    /// <summary>Refuses settings that no transport can run by.</summary>
    /// <exception cref="ArgumentException">A setting is out of range; the message names it and the range.</exception>
    public void Validate()
    {
        const int MaxBytes = 512 << 20;
        Require(MaxPendingHandshakes, 1, 65_536, "number of pending handshakes");
        Require(MaxControlPayload, 1024, MaxBytes, "longest control payload");
        Require(MaxBulkPayload, 1024, MaxBytes, "longest bulk payload");
        Require(MaxControlQueue, 1024, MaxBytes, "longest control queue");
        Require(MaxBulkQueue, 1024, MaxBytes, "longest bulk queue");
        Require(Port, 0, ushort.MaxValue, "peer port");
        Require((long)HandshakeTimeout.TotalMilliseconds, 1, 60_000, "handshake timeout in milliseconds");
        Require((long)MaxReconnectDelay.TotalMilliseconds, 1, 60_000, "reconnect delay in milliseconds");
        Require((long)StuckTimeout.TotalMilliseconds, 1, 600_000, "timeout of stuck connections in milliseconds");
    }

    private static void Require(long value, long from, long to, string what)
    {
        if (value < from || value > to)
        {
            throw new ArgumentException($"The {what} must be from {from} to {to}, not {value}.");
        }
    }
}
