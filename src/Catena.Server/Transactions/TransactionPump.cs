using Catena.Server.Listeners;

namespace Catena.Server.Transactions;

/// <summary>Runs a node's transactions on the thread pool.</summary>
/// <param name="fatal">Ends the process: an invariant is broken.</param>
internal sealed class TransactionPump(Action<Exception> fatal) : SignalledPump
{
    /// <summary>Whose work is done; set before the first signal.</summary>
    internal TransactionService Service { get; set; } = null!;

    /// <inheritdoc />
    protected override bool Pump()
    {
        try
        {
            Service.Work();
        }
        catch (Exception failure)
        {
            fatal(failure);
            throw;
        }

        return false;
    }
}
