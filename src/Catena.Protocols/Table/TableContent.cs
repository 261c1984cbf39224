namespace Catena.Protocols.Table;

/// <summary>What a message carries (its <c>c_type</c>), by its number on the wire.</summary>
public enum TableContent
{
    /// <summary>Nothing that makes sense; what a message has that does not say.</summary>
    Bad = 0,

    /// <summary>A key with its value.</summary>
    Entry = 10,

    /// <summary>A key.</summary>
    Key = 20,

    /// <summary>A value.</summary>
    Value = 30,

    /// <summary>A number.</summary>
    Result = 40,

    /// <summary>Keys.</summary>
    Keys = 50,

    /// <summary>Keys with their values.</summary>
    Table = 60,

    /// <summary>Nothing.</summary>
    None = 70,

    /// <summary>Statistics, as most clients have it; others have 65, 70 or 99 (<see cref="TableStatsDialect" />).</summary>
    Stats = 80,
}
