namespace Catena.Cli.Bench.Loop;

/// <summary>When the operations of an open loop are due: at equal distances, whatever becomes of those before.</summary>
/// <param name="begin">When the first is due, in nanoseconds.</param>
/// <param name="rate">How many are due a second.</param>
internal sealed class OpenSchedule(long begin, double rate)
{
    private readonly double _distance = 1e9 / rate;
    private long _taken;

    /// <summary>When the next operation is due.</summary>
    public long Next => begin + (long)(_taken * _distance);

    /// <summary>Takes the next operation's turn.</summary>
    /// <returns>When it was due.</returns>
    public long Take()
    {
        var due = Next;
        _taken++;
        return due;
    }

    /// <summary>How many operations that have not been taken are due before a time.</summary>
    public long Overdue(long time) => time <= begin ? 0 : Math.Max(0, (long)Math.Ceiling((time - begin) / _distance) - _taken);
}
