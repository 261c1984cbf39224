using Catena.Server.Listeners;

namespace Catena.Server.Tables;

/// <summary>Runs a node's catalogue of tables on the thread pool.</summary>
/// <param name="fatal">Ends the process: an invariant is broken.</param>
internal sealed class CataloguePump(Action<Exception> fatal) : SignalledPump
{
    /// <summary>Whose work is done; set before the first signal.</summary>
    internal TableCatalogue Catalogue { get; set; } = null!;

    /// <inheritdoc />
    protected override bool Pump()
    {
        try
        {
            Catalogue.Work();
        }
        catch (Exception failure)
        {
            fatal(failure);
            throw;
        }

        return false;
    }
}
