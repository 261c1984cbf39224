namespace Catena.Core.Data;

/// <summary>How bits of several values make one. Part of the peer protocol: values are never changed or reused.</summary>
public enum BitOperator : byte
{
    /// <summary>Set where it is set in all.</summary>
    And = 1,

    /// <summary>Set where it is set in any.</summary>
    Or = 2,

    /// <summary>Set where it is set in an odd number.</summary>
    Xor = 3,

    /// <summary>Set where it is clear in the only one.</summary>
    Not = 4,
}
