using System.Collections.Concurrent;
using Catena.Core.Primitives;
using Catena.Server.Peers;

namespace Catena.Server.Tests.Peers;

/// <summary>A transport with a receiver that writes down what it gets, and can be made to block where a real one never does.</summary>
internal sealed class TestPeer : IPeerReceiver, IAsyncDisposable
{
    public static readonly Guid Cluster = Guid.Parse("0f0e0d0c-0b0a-0908-0706-050403020100");

    private readonly ManualResetEventSlim _bulkOpen = new(true);

    public TestPeer(ulong node, ulong incarnation = 1, int port = 0, Func<PeerTransportOptions, PeerTransportOptions>? adjust = null)
    {
        Id = new NodeId(node);
        var options = new PeerTransportOptions
        {
            ClusterId = Cluster,
            Self = Id,
            Incarnation = incarnation,
            Port = port,
            Fatal = Failures.Enqueue,
        };
        Transport = new PeerTransport(adjust?.Invoke(options) ?? options, this, Log);
        Transport.PeerConnected += (peer, life) => Events.Enqueue($"connected {peer.Value} {life}");
        Transport.PeerDisconnected += peer => Events.Enqueue($"disconnected {peer.Value}");
        Transport.PeerUnreachable += (peer, hard) => Events.Enqueue($"unreachable {peer.Value} {hard}");
        Transport.Start();
    }

    public NodeId Id { get; }

    public PeerTransport Transport { get; }

    public RecordingLogger Log { get; } = new();

    public ConcurrentQueue<ReceivedFrame> Frames { get; } = new();

    public ConcurrentQueue<string> Events { get; } = new();

    public ConcurrentQueue<Exception> Failures { get; } = new();

    /// <summary>How many turns had frames.</summary>
    public int Batches => _batches;

    public Action<ReceivedFrame>? OnFrame { get; set; }

    [ThreadStatic]
    private static bool _hasReceived;

    private int _batches;

    public PeerAddress Address => new(Id, "127.0.0.1", Transport.Port);

    /// <summary>Makes the receiver of bulk frames stand still, or go on.</summary>
    public void BlockBulk(bool block)
    {
        if (block)
        {
            _bulkOpen.Reset();
        }
        else
        {
            _bulkOpen.Set();
        }
    }

    public void Receive(NodeId from, ulong incarnation, PeerFrameKind kind, ReadOnlyMemory<byte> payload)
    {
        if (kind is PeerFrameKind.ForwardRequest)
        {
            _bulkOpen.Wait();
        }

        var frame = new ReceivedFrame(from, incarnation, kind, payload.ToArray());
        Frames.Enqueue(frame);
        _hasReceived = true;
        OnFrame?.Invoke(frame);
    }

    public void BeginTurn() => _hasReceived = false;

    public void EndTurn()
    {
        if (_hasReceived)
        {
            Interlocked.Increment(ref _batches);
        }
    }

    public bool TrySend(TestPeer to, PeerLane lane, PeerFrameKind kind, params byte[] payload) =>
        Transport.TrySend(to.Id, lane, kind, payload);

    public Task UntilConnectedAsync(TestPeer to) =>
        Wait.UntilAsync(() => Transport.IsConnected(to.Id), $"node {Id.Value} was connected to {to.Id.Value}");

    public Task UntilEventAsync(string what) => Wait.UntilAsync(() => Events.Contains(what), $"node {Id.Value} heard '{what}'");

    /// <summary>Makes peers know each other, and waits until they are connected both ways.</summary>
    public static async Task ConnectAsync(params TestPeer[] peers)
    {
        PeerAddress[] addresses = [.. peers.Select(peer => peer.Address)];
        foreach (var peer in peers)
        {
            peer.Transport.UpdatePeers(addresses);
        }

        foreach (var peer in peers)
        {
            foreach (var other in peers.Where(other => other != peer))
            {
                await peer.UntilConnectedAsync(other);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _bulkOpen.Set();
        await Transport.DisposeAsync();
        _bulkOpen.Dispose();
        Assert.Empty(Failures);
    }
}
