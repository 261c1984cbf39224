namespace Catena.Simulation.Histories;

/// <summary>What a client can do to one key.</summary>
public enum RegisterOperation
{
    /// <summary>Reads the value.</summary>
    Get,

    /// <summary>Sets the value.</summary>
    Put,

    /// <summary>Removes the key.</summary>
    Delete,

    /// <summary>Sets the value if the key has the expected version, or is absent where that is expected.</summary>
    CompareAndSet,

    /// <summary>Adds to the value, which is a decimal integer of 64 bits; an absent key counts as 0.</summary>
    Increment,

    /// <summary>Adds to the end of the value; an absent key counts as empty.</summary>
    Append,
}
