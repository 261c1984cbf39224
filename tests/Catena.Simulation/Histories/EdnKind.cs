namespace Catena.Simulation.Histories;

/// <summary>What a piece of EDN is.</summary>
internal enum EdnKind
{
    /// <summary>nil.</summary>
    Nil,

    /// <summary>An integer of 64 bits.</summary>
    Integer,

    /// <summary>A text in quotation marks.</summary>
    Text,

    /// <summary>A keyword; its text begins with a colon.</summary>
    Keyword,

    /// <summary>A vector or a list.</summary>
    Sequence,

    /// <summary>A map; its items are keys and values in turn.</summary>
    Map,

    /// <summary>Any other word: a symbol, a truth value, a number that is no integer of 64 bits.</summary>
    Word,
}
