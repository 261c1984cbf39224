namespace Catena.Core.Data;

/// <summary>What becomes of a number that does not fit its field. Part of the peer protocol: values are never changed or reused.</summary>
public enum BitFieldOverflow : byte
{
    /// <summary>It keeps its lowest bits.</summary>
    Wrap = 1,

    /// <summary>It becomes the nearest number that fits.</summary>
    Saturate = 2,

    /// <summary>The field stays as it is, and nil is answered.</summary>
    Fail = 3,
}
