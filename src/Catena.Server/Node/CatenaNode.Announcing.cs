using System.Net;
using Catena.Server.Coordination;
using Catena.Server.Coordination.Announcing;
using Catena.Server.Http.Search;
using Microsoft.Extensions.Logging;

namespace Catena.Server.Node;

/// <summary>The part of a node that clients find who look for it in ZooKeeper.</summary>
public sealed partial class CatenaNode
{
    private SearchEndpoint? _search;
    private Announcer? _announcer;

    private async Task StartSearchAsync(ClusterCoordinator coordinator, ILoggerFactory loggers, CancellationToken cancellation)
    {
        if (_options.SearchPort != 0)
        {
            _search = new SearchEndpoint(
                new IPEndPoint(_options.Bind, _options.SearchPort),
                _options.Listeners.MaxClients,
                _options.MaxValueBytes,
                new SearchRequests(_world.Transactions, coordinator, _metrics),
                _metrics,
                loggers.CreateLogger("catena.search"));
            await _search.StartAsync(cancellation).ConfigureAwait(false);
        }
    }

    private void StartAnnouncing(ClusterCoordinator coordinator, IReadOnlyList<AnnouncedEndpoint> endpoints)
    {
        if (endpoints.Count > 0)
        {
            _announcer = new Announcer(coordinator, _readiness!, endpoints, _options.AnnounceGrace, _logger);
            NodeMetrics.Register(_metrics, _announcer);
        }
    }

    /// <summary>Takes the announcements back; where ZooKeeper does not answer soon, they are left to end with the session.</summary>
    private async Task WithdrawAsync(CancellationToken deadline)
    {
        if (_announcer is not null)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(deadline);
            patience.CancelAfter(ClosePatience);
            await _announcer.WithdrawAsync(patience.Token).ConfigureAwait(false);
            await _announcer.DisposeAsync().ConfigureAwait(false);
        }
    }
}
