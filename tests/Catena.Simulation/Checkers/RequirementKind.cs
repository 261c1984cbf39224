namespace Catena.Simulation.Checkers;

/// <summary>How much the result of an answered operation says about what was there before it.</summary>
internal enum RequirementKind
{
    /// <summary>Which value was there. Unknown operations may have been needed to make it, several in a row.</summary>
    Exact,

    /// <summary>How long the value was. Unknown operations may have been needed to make it so, several in a row.</summary>
    Length,

    /// <summary>Something about it (present, another version); what one unknown operation cannot bring about, several cannot either.</summary>
    Loose,

    /// <summary>Little or nothing, while what the operation makes depends on what was there: any unknown operations may matter.</summary>
    Open,
}
