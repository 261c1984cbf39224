namespace Catena.Core.Commands;

/// <summary>How an addition of decimal numbers went.</summary>
public enum DecimalSum
{
    /// <summary>There is a sum.</summary>
    Added,

    /// <summary>One of the texts is not a number.</summary>
    NotANumber,

    /// <summary>The sum is infinite.</summary>
    NotFinite,
}
