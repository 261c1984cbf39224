namespace Catena.Simulation.Checkers;

/// <summary>One position on the path of a search: how it was reached and what is left to try from it.</summary>
internal sealed class SearchFrame
{
    /// <summary>The operation that led here; null at the beginning.</summary>
    public SearchMove? Reached { get; init; }

    /// <summary>The state.</summary>
    public RegisterState State { get; init; }

    /// <summary>What may follow, best first; found when the frame is entered, unknown operations only once the others have failed.</summary>
    public List<SearchMove> Moves { get; } = [];

    /// <summary>How many of the moves have been tried.</summary>
    public int Tried { get; set; }

    /// <summary>Whether unknown operations are among the moves already, or need not be.</summary>
    public bool UnknownAdded { get; set; }
}
