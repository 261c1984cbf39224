namespace Catena.Core.Transactions.Coordination;

/// <summary>How far the commitment of one attempt is.</summary>
internal enum CommitState
{
    /// <summary>The partitions beside the home partition have to prepare.</summary>
    Preparing,

    /// <summary>The home partition has to prepare, and all others have: from then on somebody else decides.</summary>
    HandingOver,

    /// <summary>The home partition has to decide.</summary>
    Deciding,

    /// <summary>The answer to the decision was lost: the home partition has to say what it was, or that there is none and never will be.</summary>
    Asking,

    /// <summary>It is committed.</summary>
    Committed,

    /// <summary>Every part is prepared, for somebody else to decide.</summary>
    Prepared,

    /// <summary>Others were in the way: nothing comes of this attempt.</summary>
    Lost,

    /// <summary>A partition refused: nothing comes of this attempt, and another would fare no better.</summary>
    Refused,

    /// <summary>Nobody can say any more what became of it.</summary>
    Unknown,
}
