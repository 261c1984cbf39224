namespace Catena.Core.Data;

/// <summary>What a result holds. Persisted with retried requests' results: values are never changed or reused.</summary>
public enum ResultKind : byte
{
    /// <summary>Done; nothing more to say.</summary>
    Ok = 1,

    /// <summary>No value, or a condition that did not hold.</summary>
    Nil = 2,

    /// <summary>A number.</summary>
    Integer = 3,

    /// <summary>A value and its version (zero where the kind of command tells none).</summary>
    Value = 4,

    /// <summary>Values, each of which may be nil.</summary>
    List = 5,

    /// <summary>Keys, and the slot to go on from (16,384 after the last).</summary>
    Page = 6,

    /// <summary>A refusal or failure with its code and a text for people.</summary>
    Error = 7,

    /// <summary>By how much the result that follows may be out of date: a value, or none.</summary>
    Aged = 8,

    /// <summary>The results of a transaction's commands.</summary>
    Results = 9,

    /// <summary>What stands at some keys: value, version and expiry time, or that there is nothing.</summary>
    Entries = 10,

    /// <summary>What stands in a range: keys in their stored form, each with value, version and expiry time, and where to go on.</summary>
    Range = 11,
}
