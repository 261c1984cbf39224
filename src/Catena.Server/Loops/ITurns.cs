namespace Catena.Server.Loops;

/// <summary>Whose work is done in turns: what one thread does in one go, of which what follows is seen to once, at its end.</summary>
public interface ITurns
{
    /// <summary>Whether this thread is in a turn.</summary>
    bool IsInTurn => false;

    /// <summary>Whether others are about to ask for what is best done together with what was given in the turn of this thread: it is not to end yet.</summary>
    bool IsGathering => false;

    /// <summary>Whether the thread that looks for those is to make another turn before it sleeps.</summary>
    bool OwesTurn => false;

    /// <summary>Begins a turn on this thread: what is given until <see cref="EndTurn" /> may be seen to together there, and may be complete only then.</summary>
    void BeginTurn()
    {
        // Nothing is gathered.
    }

    /// <summary>Sees, in the turn of this thread, to what was given so far, but for what waits for the disk: it goes out before the turn ends.</summary>
    void SettleTurn()
    {
        // Nothing was gathered.
    }

    /// <summary>Ends the turn of this thread.</summary>
    void EndTurn()
    {
        // Nothing was gathered.
    }
}
