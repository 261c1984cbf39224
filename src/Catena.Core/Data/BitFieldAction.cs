namespace Catena.Core.Data;

/// <summary>What is done with a field of bits. Part of the peer protocol: values are never changed or reused.</summary>
public enum BitFieldAction : byte
{
    /// <summary>Its number is answered.</summary>
    Get = 1,

    /// <summary>It becomes a number; the one before is answered.</summary>
    Set = 2,

    /// <summary>A number is added to it; the sum is answered.</summary>
    Add = 3,
}
