namespace Catena.ZooKeeper.Tests.Conformance;

/// <summary>The same suite against the real thing, so that it is ZooKeeper that it describes.</summary>
public sealed class ApacheServerConforms(ApacheProvider provider) : ZooKeeperConformance<ApacheProvider>(provider);
