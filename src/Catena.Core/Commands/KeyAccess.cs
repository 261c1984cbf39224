namespace Catena.Core.Commands;

/// <summary>What a command does with a key.</summary>
[Flags]
public enum KeyAccess
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Its outcome depends on the key.</summary>
    Read = 1,

    /// <summary>It may change the key.</summary>
    Write = 2,

    /// <summary>It may change the key, and its outcome depends on it.</summary>
    ReadWrite = Read | Write,
}
