using Catena.Core.Placement;
using Catena.Server.Routing;
using Catena.Server.Tables;

namespace Catena.Server.Tests.Tables;

/// <summary>Catalogues whose work is done on the thread pool, as in a node.</summary>
internal static class TestCatalogue
{
    internal static TableCatalogue Over(ICommandRouter router, int partitions = 8)
    {
        var pump = new CataloguePump(failure => Assert.Fail(failure.ToString()));
        return pump.Catalogue = new TableCatalogue(router, new PartitionMap(partitions), pump.Signal);
    }
}
