namespace Catena.Cli.Backups;

/// <summary>Hears how a long command gets on.</summary>
/// <remarks>Thread-safe.</remarks>
internal interface IProgressSink
{
    /// <summary>Says how far the work is.</summary>
    /// <param name="done">How many partitions, or how much else, are done.</param>
    /// <param name="total">Of how many; 0 where nobody knows.</param>
    /// <param name="detail">What else there is to say, in a few words.</param>
    void Report(long done, long total, string detail);

    /// <summary>Says something that is worth a line of its own.</summary>
    /// <param name="line">The line.</param>
    void Say(string line);
}
