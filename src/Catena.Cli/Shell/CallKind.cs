namespace Catena.Cli.Shell;

/// <summary>What may be done when the answer to a call is lost.</summary>
internal enum CallKind
{
    /// <summary>It is asked again at the next node: a read, or what may be repeated.</summary>
    Repeatable,

    /// <summary>It is not repeated: whether it took effect is open.</summary>
    Write,

    /// <summary>It belongs to an open transaction, which ends with the connection to its node.</summary>
    TransactionStep,
}
