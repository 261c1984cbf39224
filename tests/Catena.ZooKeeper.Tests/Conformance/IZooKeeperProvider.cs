namespace Catena.ZooKeeper.Tests.Conformance;

/// <summary>A running ZooKeeper service that the conformance suite asks: of one server or of several.</summary>
public interface IZooKeeperProvider : IAsyncLifetime
{
    /// <summary>All servers, without a chroot.</summary>
    string ConnectString { get; }
}
