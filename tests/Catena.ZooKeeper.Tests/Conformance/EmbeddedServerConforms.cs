namespace Catena.ZooKeeper.Tests.Conformance;

public sealed class EmbeddedServerConforms(EmbeddedProvider provider) : ZooKeeperConformance<EmbeddedProvider>(provider);
