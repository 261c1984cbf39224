using System.Collections.Immutable;
using Catena.Core.Control;
using Catena.Core.Primitives;
using Catena.Core.Replication.Leases;
using Catena.Core.Replication.Messages;
using Catena.Server.Tests.Backups;

namespace Catena.Server.Tests.Node;

/// <summary>A node that nobody asks anything of: how seldom it wakes, and what ends that.</summary>
public sealed class IdleNodeTests : IDisposable
{
    private const long Millisecond = 1_000_000;

    private static readonly NodeId Peer = new(9);

    private readonly LoneNode _node = new(partitions: 4);
    private bool _peerAnswers = true;

    public IdleNodeTests()
    {
        _node.Core.SetPeers([Peer]);
        _node.Core.Connected(Peer);
    }

    private SettablePorts Ports => _node.Ports;

    public void Dispose() => _node.Dispose();

    [Fact]
    public void It_wakes_for_its_beacons_only_and_sends_few()
    {
        BecomeIdle();
        var begun = Ports.Now;
        Ports.Beacons.Clear();
        var ticks = Pass(1_000);
        Assert.InRange(ticks, 9, 11);
        Assert.InRange(Ports.Beacons.Count, 9, 11);
        Assert.All(Ports.Beacons.Zip(Ports.Beacons.Skip(1)), pair => Assert.Equal(100 * Millisecond, pair.Second.At - pair.First.At));
        Assert.True(Ports.Now >= begun + (1_000 * Millisecond));
        Assert.Empty(Ports.Suspected);
    }

    [Fact]
    public void A_node_at_work_ticks_every_few_milliseconds_and_sends_more()
    {
        BecomeIdle();
        Pass(200, isAtWork: true);
        Ports.Beacons.Clear();
        Assert.InRange(Pass(400, isAtWork: true), 39, 41);
        Assert.InRange(Ports.Beacons.Count, 9, 11);
    }

    [Fact]
    public void A_write_ends_idleness_with_the_next_tick()
    {
        BecomeIdle();
        _node.Put("key", "value");
        _node.Flush();
        _node.Core.Tick();
        Assert.Equal(Ports.Now + (10 * Millisecond), _node.Core.NextTick);
    }

    [Fact]
    public void A_broken_connection_and_a_refused_one_end_idleness_at_once()
    {
        BecomeIdle();
        var hurries = Ports.Hurries;
        _node.Core.Disconnected(Peer);
        Assert.Equal(hurries + 1, Ports.Hurries);
        _node.Core.Tick();
        Assert.Empty(Ports.Suspected);
        BecomeIdle();
        hurries = Ports.Hurries;
        _node.Core.Refused(Peer);
        Assert.Equal(hurries + 1, Ports.Hurries);
        _node.Core.Tick();
        Assert.Equal([Peer], Ports.Suspected);
        Assert.Equal(Ports.Now + (10 * Millisecond), _node.Core.NextTick);
    }

    [Fact]
    public void A_message_between_replicas_ends_idleness_at_once_unless_it_compares_states()
    {
        BecomeIdle();
        var hurries = Ports.Hurries;
        _node.Core.Receive(Peer, new PartitionId(0), new StateSums(new Epoch(1), IsVerdict: false, []));
        Assert.Equal(hurries, Ports.Hurries);
        _node.Core.Receive(Peer, new PartitionId(0), new EpochWish(new Epoch(1)));
        Assert.Equal(hurries + 1, Ports.Hurries);
    }

    [Fact]
    public void A_new_configuration_ends_idleness_at_once()
    {
        BecomeIdle();
        var hurries = Ports.Hurries;
        _node.Configure(new PartitionId(0), 2, new NodeId(7));
        Assert.True(Ports.Hurries > hurries);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_peer_that_falls_silent_is_suspected_as_soon_by_an_idle_node_as_by_one_at_work(bool isAtWork)
    {
        BecomeIdle();
        var shortest = FailureDetectorSettings.Default.MinSilenceNanos;
        Assert.InRange(SilenceUntilSuspected(isAtWork), shortest, shortest + (10 * Millisecond));
    }

    /// <summary>How long after its last answer the peer is suspected.</summary>
    private long SilenceUntilSuspected(bool isAtWork)
    {
        // Its last answer comes between two ticks, as answers do.
        var last = Ports.Beacons.Count;
        _peerAnswers = false;
        while (Ports.Beacons.Count == last)
        {
            TickOnce(isAtWork);
        }

        Ports.Now += 7 * Millisecond;
        Answer(Ports.Beacons[^1].Beacon);
        var heard = Ports.Now;
        while (Ports.Suspected.Count == 0)
        {
            TickOnce(isAtWork);
        }

        return Ports.Now - heard;
    }

    private void BecomeIdle()
    {
        Pass(3_000);
        Assert.Equal(Ports.Beacons[^1].At + (100 * Millisecond), _node.Core.NextTick);
    }

    /// <summary>Lets time pass as the node wants it, with a peer that answers.</summary>
    private int Pass(int milliseconds, bool isAtWork = false)
    {
        var ticks = 0;
        for (var end = Ports.Now + (milliseconds * Millisecond); Ports.Now < end; ticks++)
        {
            TickOnce(isAtWork);
        }

        return ticks;
    }

    private void TickOnce(bool isAtWork)
    {
        if (isAtWork)
        {
            _node.Core.Stir();
        }

        var sent = Ports.Beacons.Count;
        Ports.Now = Math.Max(Ports.Now + 1, _node.Core.NextTick);
        _node.Core.Tick();
        foreach (var (_, _, beacon) in Ports.Beacons.Skip(sent).ToArray())
        {
            if (_peerAnswers)
            {
                Answer(beacon);
            }
        }
    }

    private void Answer(Beacon beacon) =>
        _node.Core.Receive(Peer, new BeaconReply(beacon.Incarnation, beacon.Round, 1, NeedsList: false, ImmutableArray<int>.Empty, []));
}
