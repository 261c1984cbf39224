namespace Catena.ZooKeeper.Tests.Conformance;

/// <summary>The same suite against an ensemble, where a client reads from one server what another client wrote through a second.</summary>
public sealed class ApacheEnsembleConforms(ApacheEnsembleProvider provider) : ZooKeeperConformance<ApacheEnsembleProvider>(provider);
