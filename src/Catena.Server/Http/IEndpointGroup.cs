using Microsoft.AspNetCore.Routing;

namespace Catena.Server.Http;

/// <summary>Requests of one kind that a node's HTTP port answers.</summary>
internal interface IEndpointGroup
{
    /// <summary>Says which requests these are, and what answers them.</summary>
    /// <param name="routes">The port's requests.</param>
    void Map(IEndpointRouteBuilder routes);

    /// <summary>Completes when nothing is answered any more: the node's memory may be freed then. Called once, when no new request comes.</summary>
    Task DrainAsync();
}
