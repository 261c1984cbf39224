using Catena.Server.Coordination.Announcing;
using Catena.Server.Http;
using Catena.Server.Tests.Coordination;

namespace Catena.Server.Tests.Announcing;

/// <summary>A node of a coordination world that announces something, and is ready when the test says so.</summary>
internal sealed class AnnouncingNode : IReadiness, IAsyncDisposable
{
    private volatile bool _isReady;

    public AnnouncingNode(TestNode node, TimeSpan grace, params AnnouncedEndpoint[] endpoints)
    {
        Node = node;
        Announcer = new Announcer(node.Coordinator, this, endpoints, grace, node.Log);
    }

    public TestNode Node { get; }

    public Announcer Announcer { get; }

    public bool IsReady
    {
        get => _isReady;
        set => _isReady = value;
    }

    public Readiness Check() => _isReady ? Readiness.Ready : Readiness.NotReady("the test says so");

    public Task StandsAsync() => Wait.UntilAsync(() => Announcer.Report().All(one => one.IsStanding), "everything was announced");

    public ValueTask DisposeAsync() => Announcer.DisposeAsync();
}
