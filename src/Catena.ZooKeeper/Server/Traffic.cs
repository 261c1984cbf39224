namespace Catena.ZooKeeper.Server;

/// <summary>Counts what a connection, or all of them, received and sent, and how long answers took.</summary>
/// <remarks>Belongs to the engine's thread.</remarks>
internal sealed class Traffic
{
    private long _answered;
    private long _total;

    /// <summary>Requests and four-letter words received.</summary>
    public long Received { get; set; }

    /// <summary>Replies and events sent.</summary>
    public long Sent { get; set; }

    /// <summary>The quickest answer, in milliseconds; 0 where there was none.</summary>
    public long MinLatency { get; private set; }

    /// <summary>The slowest answer, in milliseconds.</summary>
    public long MaxLatency { get; private set; }

    /// <summary>How long the last answer took, in milliseconds.</summary>
    public long LastLatency { get; private set; }

    /// <summary>The mean over all answers, in milliseconds.</summary>
    public double MeanLatency => _answered == 0 ? 0 : (double)_total / _answered;

    /// <summary>Counts answers that took equally long.</summary>
    /// <param name="answers">How many.</param>
    /// <param name="milliseconds">How long each took, from its arrival until its result was durable.</param>
    public void Answered(long answers, long milliseconds)
    {
        if (answers == 0)
        {
            return;
        }

        MinLatency = _answered == 0 ? milliseconds : Math.Min(MinLatency, milliseconds);
        LastLatency = milliseconds;
        MaxLatency = Math.Max(MaxLatency, milliseconds);
        _answered += answers;
        _total += answers * milliseconds;
    }
}
