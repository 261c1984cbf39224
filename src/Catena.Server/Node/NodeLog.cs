using Microsoft.Extensions.Logging;

namespace Catena.Server.Node;

/// <summary>The node's log lines; ids 3200 to 3299.</summary>
internal static partial class NodeLog
{
    [LoggerMessage(3200, LogLevel.Information, "partition {Partition} epoch {Epoch}: {Kind}: {Detail}")]
    internal static partial void Replica(ILogger logger, ushort partition, ulong epoch, string kind, string detail);

    [LoggerMessage(3201, LogLevel.Warning, "partition {Partition} epoch {Epoch}: {Kind}: {Detail}")]
    internal static partial void ReplicaWarning(ILogger logger, ushort partition, ulong epoch, string kind, string detail);

    [LoggerMessage(3202, LogLevel.Warning, "node {Peer} is suspected: {Cause}")]
    internal static partial void Suspected(ILogger logger, string peer, string cause);

    [LoggerMessage(3203, LogLevel.Information, "node {Peer} is no longer suspected")]
    internal static partial void Trusted(ILogger logger, string peer);

    [LoggerMessage(3204, LogLevel.Information, "recovered {Partitions} partitions from {Directory} in {Milliseconds} ms")]
    internal static partial void Recovered(ILogger logger, int partitions, string directory, long milliseconds);

    [LoggerMessage(3205, LogLevel.Information, "node {Name} {Id} incarnation {Incarnation} of cluster {Cluster} is up")]
    internal static partial void Up(ILogger logger, string name, string id, ulong incarnation, Guid cluster);

    [LoggerMessage(3206, LogLevel.Information, "node {Name} stops: leases are given back")]
    internal static partial void Stopping(ILogger logger, string name);

    [LoggerMessage(3207, LogLevel.Critical, "node {Name} cannot go on")]
    internal static partial void Fatal(ILogger logger, Exception reason, string name);

    [LoggerMessage(3208, LogLevel.Warning, "a malformed {Kind} from node {Peer} was dropped")]
    internal static partial void Malformed(ILogger logger, string kind, string peer);

    [LoggerMessage(3209, LogLevel.Warning, "the journal's flush has taken {Milliseconds} ms: beacons are held back")]
    internal static partial void DiskStalled(ILogger logger, long milliseconds);

    [LoggerMessage(3210, LogLevel.Warning, "the record of the longest promise may have been lost in damage: partitions are served only after {Seconds} s")]
    internal static partial void RecordDoubtful(ILogger logger, double seconds);
}
