using Catena.Core.Control;
using Catena.Core.Primitives;
using FsCheck;
using FsCheck.Fluent;

namespace Catena.Core.Tests.Control;

/// <summary>Silence and refusals raise suspicion, pauses of the observer do not, and flapping backs off.</summary>
public class FailureDetectorTests
{
    private const long Ms = 1_000_000;
    private static readonly FailureDetectorSettings Settings = FailureDetectorSettings.Default;

    [Fact]
    public void A_peer_with_regular_beacons_is_not_suspected_and_becomes_steady()
    {
        var peer = new ObservedPeer(Settings);
        peer.Beat(100, 50);
        Assert.False(peer.Look().IsSuspected);
        Assert.True(peer.IsSteady);
    }

    [Fact]
    public void A_peer_that_falls_silent_is_suspected_soon_after_the_shortest_silence()
    {
        var peer = new ObservedPeer(Settings);
        peer.Beat(100, 50);
        var silence = peer.SilenceUntilSuspected();
        Assert.InRange(silence, 400, 450);
        Assert.Equal(SuspicionCause.Silence, peer.Look().Cause);
        Assert.False(peer.IsSteady);
    }

    [Fact]
    public void A_peer_with_irregular_beacons_is_given_more_time_but_never_more_than_the_longest_silence()
    {
        var peer = new ObservedPeer(Settings);
        var random = new Prng(5);
        for (var beacon = 0; beacon < 200; beacon++)
        {
            peer.Beat(random.Between(50, 900), 1);
        }

        Assert.InRange(peer.SilenceUntilSuspected(), 1000, 3050);
    }

    [Fact]
    public void A_peer_that_is_never_heard_is_suspected_too()
    {
        var peer = new ObservedPeer(Settings);
        Assert.InRange(peer.SilenceUntilSuspected(), 400, 3050);
    }

    [Fact]
    public void The_level_grows_with_the_silence()
    {
        var peer = new ObservedPeer(Settings);
        peer.Beat(100, 50);
        var last = peer.Look().Level;
        Assert.InRange(last, 0, 1);
        for (var look = 0; look < 100; look++)
        {
            var level = peer.Wait(20).Level;
            Assert.True(level > last && double.IsFinite(level), $"{level} after {last}");
            last = level;
        }
    }

    [Fact]
    public void The_level_is_close_to_the_logarithm_of_the_normal_tail()
    {
        var window = new ArrivalWindow(Settings);
        for (var index = 0; index < 128; index++)
        {
            window.Add((index % 2 == 0 ? 50 : 150) * Ms);
        }

        Assert.Equal(100 * Ms, window.Mean);
        Assert.Equal(50 * Ms, window.Deviation);

        // -log10 of the upper tail at 0, 1, 2 and 3 deviations.
        Assert.Equal(0.301, window.Level(100 * Ms), 0.01);
        Assert.Equal(0.800, window.Level(150 * Ms), 0.01);
        Assert.Equal(1.643, window.Level(200 * Ms), 0.01);
        Assert.Equal(2.870, window.Level(250 * Ms), 0.05);
    }

    [Fact]
    public void A_broken_connection_whose_reconnect_is_refused_suspects_at_once()
    {
        var peer = new ObservedPeer(Settings);
        peer.Detector.Connected(peer.Now);
        peer.Beat(100, 50);
        peer.Detector.ConnectionBroken(peer.Now);
        Assert.False(peer.Look().IsSuspected);
        peer.Detector.ConnectionRefused(peer.Now);
        Assert.Equal(SuspicionCause.Refused, peer.Look().Cause);
    }

    [Fact]
    public void A_refusal_counts_although_a_beacon_was_still_in_another_connections_buffer()
    {
        var peer = new ObservedPeer(Settings);
        peer.Detector.Connected(peer.Now);
        peer.Beat(100, 50);
        peer.Detector.ConnectionBroken(peer.Now);
        peer.Detector.BeaconArrived(peer.Now);
        peer.Detector.ConnectionRefused(peer.Now);
        Assert.True(peer.Look().IsSuspected);
    }

    [Fact]
    public void A_refusal_from_a_peer_that_was_never_connected_proves_nothing()
    {
        var peer = new ObservedPeer(Settings);
        peer.Detector.ConnectionBroken(peer.Now);
        peer.Detector.ConnectionRefused(peer.Now);
        Assert.False(peer.Look().IsSuspected);
    }

    [Fact]
    public void A_refusal_after_a_new_connection_stood_needs_another_break()
    {
        var peer = new ObservedPeer(Settings);
        peer.Detector.Connected(peer.Now);
        peer.Detector.ConnectionBroken(peer.Now);
        peer.Detector.Connected(peer.Now);
        peer.Detector.ConnectionRefused(peer.Now);
        Assert.False(peer.Look().IsSuspected);
    }

    [Fact]
    public void A_connection_alone_does_not_lift_a_suspicion_but_a_beacon_does()
    {
        var peer = new ObservedPeer(Settings);
        peer.Beat(100, 50);
        peer.SilenceUntilSuspected();
        peer.Detector.Connected(peer.Now);
        Assert.True(peer.Look().IsSuspected);
        peer.Detector.BeaconArrived(peer.Now);
        Assert.False(peer.Look().IsSuspected);
        Assert.False(peer.IsSteady);
    }

    [Fact]
    public void A_paused_observer_does_not_blame_the_peer()
    {
        var peer = new ObservedPeer(Settings);
        peer.Beat(100, 50);
        peer.Pause(30_000);
        Assert.False(peer.Look().IsSuspected);
        Assert.False(peer.Wait(250).IsSuspected);
        peer.Beat(100, 20);
        Assert.False(peer.Look().IsSuspected);
        Assert.Equal(0, peer.Detector.Flaps);
    }

    [Fact]
    public void A_pause_is_no_sample_and_no_steady_time()
    {
        var peer = new ObservedPeer(Settings);
        peer.Beat(100, 2);
        peer.Pause(10_000);
        peer.Detector.BeaconArrived(peer.Now);
        Assert.False(peer.IsSteady);
        peer.Beat(100, 30);
        Assert.True(peer.IsSteady);
        Assert.InRange(peer.SilenceUntilSuspected(), 400, 450);
    }

    [Fact]
    public void A_peer_that_died_during_the_observers_pause_is_found_out_after_it()
    {
        var peer = new ObservedPeer(Settings);
        peer.Beat(100, 50);
        peer.Pause(30_000);
        Assert.InRange(peer.SilenceUntilSuspected(), 400, 450);
    }

    [Fact]
    public void An_observer_that_is_late_every_time_finds_out_in_the_end()
    {
        var peer = new ObservedPeer(Settings);
        peer.Beat(100, 50);
        var looks = 0;
        while (!peer.Pause(500).IsSuspected)
        {
            Assert.True(++looks < 100);
        }
    }

    [Fact]
    public void Flapping_makes_suspicion_slower_and_steadiness_later()
    {
        var peer = new ObservedPeer(Settings);
        peer.Beat(100, 50);
        var first = peer.SilenceUntilSuspected();
        peer.Beat(100, 200);
        Assert.Equal(1, peer.Detector.Flaps);
        var second = peer.SilenceUntilSuspected();
        Assert.True(second >= 2 * 400, $"{first} ms, then {second} ms");
        peer.Detector.BeaconArrived(peer.Now);
        peer.Beat(100, 30);
        Assert.False(peer.IsSteady);
        peer.Beat(100, 20);
        Assert.True(peer.IsSteady);
    }

    [Fact]
    public void Flaps_are_forgotten_one_by_one_in_steady_times()
    {
        var peer = new ObservedPeer(Settings);
        for (var flap = 0; flap < 3; flap++)
        {
            peer.Beat(100, 20);
            peer.SilenceUntilSuspected();
        }

        peer.Beat(100, 590);
        Assert.Equal(3, peer.Detector.Flaps);
        peer.Beat(100, 700);
        Assert.Equal(1, peer.Detector.Flaps);
        peer.Beat(100, 700);
        Assert.Equal(0, peer.Detector.Flaps);
    }

    [Fact]
    public void A_clock_that_runs_backwards_stands_still()
    {
        var peer = new ObservedPeer(Settings);
        peer.Beat(100, 50);
        peer.Detector.BeaconArrived(peer.Now - (5000 * Ms));
        Assert.False(peer.Detector.Tick(peer.Now - (9000 * Ms)).IsSuspected);
        Assert.InRange(peer.SilenceUntilSuspected(), 400, 450);
    }

    /// <summary>
    /// Whatever has happened before: a live peer's beacons lift suspicion, and a dead peer is suspected within the longest silence.
    /// </summary>
    [Fact]
    public void After_any_history_the_living_are_trusted_and_the_dead_suspected()
    {
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Prng((ulong)seed);
            var peer = new ObservedPeer(Settings);
            for (var step = 0; step < 60; step++)
            {
                switch (random.Next(7))
                {
                    case 0: peer.Pause(random.Between(1, 20_000)); break;
                    case 1: peer.Detector.ConnectionBroken(peer.Now); break;
                    case 2: peer.Detector.ConnectionRefused(peer.Now); break;
                    case 3: peer.Detector.Connected(peer.Now); break;
                    case 4: peer.Wait(random.Between(1, 5000)); break;
                    default: peer.Beat(random.Between(1, 300), random.Next(20)); break;
                }
            }

            peer.Beat(100, 1);
            var trusted = !peer.Look().IsSuspected;
            return trusted && peer.SilenceUntilSuspected() <= 3050;
        }));
    }

    [Fact]
    public void Settings_that_contradict_themselves_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new FailureDetector(Settings with { MaxSilenceNanos = 1 }, 0));
        Assert.Throws<ArgumentException>(() => new FailureDetector(Settings with { PauseNanos = 1 }, 0));
        Assert.Throws<ArgumentException>(() => new FailureDetector(Settings with { Threshold = double.NaN }, 0));
    }
}
