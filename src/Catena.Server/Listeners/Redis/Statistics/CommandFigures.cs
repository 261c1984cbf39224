namespace Catena.Server.Listeners.Redis.Statistics;

/// <summary>What is counted of one command. Fields, since they are added to without locks.</summary>
internal struct CommandFigures
{
    /// <summary>How often it was carried out.</summary>
    public long Calls;

    /// <summary>How long that took, by Stopwatch.</summary>
    public long Ticks;

    /// <summary>How often it was refused before it was looked at.</summary>
    public long Rejected;

    /// <summary>How often it was answered with an error.</summary>
    public long Failed;
}
