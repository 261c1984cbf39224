using Catena.Core.Placement;
using Catena.Server.Node;
using Catena.Server.Routing;
using Catena.Server.Tables;

namespace Catena.Server.Tests.Tables;

/// <summary>Catalogues whose work is done on the thread pool, as in a node.</summary>
internal static class TestCatalogue
{
    internal static TableCatalogue Over(ICommandRouter router, int partitions = 8)
    {
        var pump = new WorkPump(failure => Assert.Fail(failure.ToString()));
        var catalogue = new TableCatalogue(router, new PartitionMap(partitions), pump.Signal);
        pump.Work = catalogue.Work;
        return catalogue;
    }
}
