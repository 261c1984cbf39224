namespace Catena.Cli.Backups;

/// <summary>Prints a line now and then.</summary>
/// <param name="output">Where to.</param>
/// <param name="title">What each line begins with.</param>
/// <param name="isSilent">Whether to print only what is worth a line of its own.</param>
/// <param name="time">The clock.</param>
internal sealed class LineProgress(TextWriter output, string title, bool isSilent, TimeProvider time) : IProgressSink
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private long _last = time.GetTimestamp();

    /// <inheritdoc />
    public void Report(long done, long total, string detail)
    {
        lock (_gate)
        {
            if (!isSilent && time.GetElapsedTime(_last) >= Interval)
            {
                _last = time.GetTimestamp();
                output.WriteLine(total == 0 ? $"{title}: {detail}" : $"{title}: {done} of {total}, {detail}");
            }
        }
    }

    /// <inheritdoc />
    public void Say(string line)
    {
        lock (_gate)
        {
            output.WriteLine($"{title}: {line}");
        }
    }
}
