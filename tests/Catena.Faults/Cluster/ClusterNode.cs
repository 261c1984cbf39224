namespace Catena.Faults.Cluster;

/// <summary>One node of the cluster under test.</summary>
/// <param name="Name">Its name, in the cluster and as a host.</param>
/// <param name="Data">Its data directory.</param>
/// <param name="Redis">Its port of the Redis protocol.</param>
/// <param name="Thrift">Its port of the Thrift protocol.</param>
/// <param name="Http">Its port of status and digests.</param>
/// <param name="Process">Its process.</param>
internal sealed record ClusterNode(string Name, string Data, int Redis, int Thrift, int Http, ManagedProcess Process);
