namespace Catena.Simulation.Running;

/// <summary>What a history of transactions is about, and so what it is checked for.</summary>
public enum TransactionSubject
{
    /// <summary>Lists: strict serializability.</summary>
    Lists,

    /// <summary>Registers: strict serializability.</summary>
    Registers,

    /// <summary>Accounts: that every read of all of them finds the same sum.</summary>
    Bank,
}
