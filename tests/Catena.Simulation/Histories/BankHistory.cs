namespace Catena.Simulation.Histories;

/// <summary>What the clients of a bank did: transfers between accounts, and reads of all accounts at once.</summary>
/// <param name="Accounts">Every account that a line names, in order.</param>
/// <param name="Transfers">The transfers in the order of their calls, without steps: of them it counts only when they were and how they ended.</param>
/// <param name="Reads">The reads in the order of their calls; an answered one has a step each account that it found, with the balance.</param>
public sealed record BankHistory(IReadOnlyList<string> Accounts, IReadOnlyList<TransactionOperation> Transfers, IReadOnlyList<TransactionOperation> Reads);
