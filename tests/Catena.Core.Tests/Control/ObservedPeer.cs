using Catena.Core.Control;

namespace Catena.Core.Tests.Control;

/// <summary>A failure detector and the clock that a test moves for it; times in milliseconds.</summary>
public sealed class ObservedPeer(FailureDetectorSettings settings)
{
    private const long Ms = 1_000_000;
    private const long TickMs = 20;

    /// <summary>The time now, in nanoseconds.</summary>
    public long Now { get; private set; } = 17 * Ms;

    /// <summary>The detector under test.</summary>
    public FailureDetector Detector { get; } = new(settings, 17 * Ms);

    /// <summary>Whether the peer is steady now.</summary>
    public bool IsSteady => Detector.IsSteady(Now);

    /// <summary>What the detector holds now.</summary>
    public Suspicion Look() => Detector.Tick(Now);

    /// <summary>Lets time pass while the observer looks often.</summary>
    public Suspicion Wait(long milliseconds)
    {
        var suspicion = Look();
        for (var left = milliseconds; left > 0; left -= TickMs)
        {
            Now += Math.Min(left, TickMs) * Ms;
            suspicion = Look();
        }

        return suspicion;
    }

    /// <summary>Lets time pass while the observer does not look, then looks once.</summary>
    public Suspicion Pause(long milliseconds)
    {
        Now += milliseconds * Ms;
        return Look();
    }

    /// <summary>Lets the peer send that many beacons, each after the interval.</summary>
    public void Beat(long intervalMilliseconds, int beacons)
    {
        for (var beacon = 0; beacon < beacons; beacon++)
        {
            Wait(intervalMilliseconds);
            Detector.BeaconArrived(Now);
        }
    }

    /// <summary>Lets the peer be silent until it is suspected; for how many milliseconds it was.</summary>
    public long SilenceUntilSuspected()
    {
        for (var silence = 0L; silence < 60_000; silence += 10)
        {
            if (Wait(10).IsSuspected)
            {
                return silence + 10;
            }
        }

        throw new InvalidOperationException("The peer is never suspected.");
    }
}
