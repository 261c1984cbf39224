namespace Catena.Core.Transactions;

/// <summary>Variations of a transaction's program. Part of the peer protocol: values are never changed or reused.</summary>
[Flags]
public enum ProgramFlags : byte
{
    /// <summary>None: a command that fails changes nothing itself, and the others are carried out all the same, as in Redis.</summary>
    None = 0,

    /// <summary>Where a command fails, nothing is carried out, and its error is the result of all.</summary>
    AllOrNothing = 1,
}
