namespace Catena.Simulation.Histories;

/// <summary>What a client knows of its operation's end.</summary>
public enum Outcome
{
    /// <summary>It was answered; a refused condition is an answer.</summary>
    Ok,

    /// <summary>An error that promises that nothing happened.</summary>
    Fail,

    /// <summary>A time limit or an error that leaves it open: it may have happened, may happen at any later time, or never.</summary>
    Unknown,
}
