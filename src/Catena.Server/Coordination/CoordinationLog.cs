using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.ZooKeeper.Client;
using Microsoft.Extensions.Logging;

namespace Catena.Server.Coordination;

/// <summary>What the coordinator's client and the controller report; event ids 3100 to 3199.</summary>
internal static partial class CoordinationLog
{
    [LoggerMessage(
        3100,
        LogLevel.Information,
        "Created cluster '{Cluster}' with UUID {ClusterId}: {Partitions} partitions of {Replicas} replicas, writes with at least {MinInSync}")]
    public static partial void ClusterCreated(ILogger logger, string cluster, Guid clusterId, int partitions, int replicas, int minInSync);

    [LoggerMessage(3101, LogLevel.Critical, "The coordinator's client cannot go on: {Reason}")]
    public static partial void Refused(ILogger logger, string reason);

    [LoggerMessage(3102, LogLevel.Critical, "The coordinator's tree is refused; what is served goes on being served: {Reason}")]
    public static partial void TreeRefused(ILogger logger, string reason);

    [LoggerMessage(3103, LogLevel.Warning, "{Reason}; the last view of the cluster stays")]
    public static partial void ConnectFailed(ILogger logger, string reason);

    [LoggerMessage(3104, LogLevel.Information, "The session with the coordinator is {State}")]
    public static partial void SessionChanged(ILogger logger, SessionState state);

    [LoggerMessage(3105, LogLevel.Warning, "Reading the coordinator's tree failed and is tried again: {Reason}")]
    public static partial void ReadFailed(ILogger logger, string reason);

    [LoggerMessage(3106, LogLevel.Error, "The znode {Path} cannot be read and is passed over: {Reason}")]
    public static partial void Unreadable(ILogger logger, string path, string reason);

    [LoggerMessage(3107, LogLevel.Error, "The coordinator has lost the configuration of partition {Partition}; the one that stays in force: {Known}")]
    public static partial void ConfigurationLost(ILogger logger, int partition, Configuration known);

    [LoggerMessage(
        3108,
        LogLevel.Error,
        "The coordinator has gone back in time: it holds {Found} for partition {Partition}; the one that stays in force: {Known}")]
    public static partial void WentBack(ILogger logger, PartitionId partition, Configuration found, Configuration known);

    [LoggerMessage(3109, LogLevel.Information, "This node stands in the election at {Path}")]
    public static partial void Standing(ILogger logger, string path);

    [LoggerMessage(3110, LogLevel.Warning, "This node has been drained and forgotten; it takes no replicas until it is started again")]
    public static partial void Forgotten(ILogger logger);

    [LoggerMessage(3111, LogLevel.Information, "Node {Name} ({Node}, incarnation {Incarnation}) was {Before} and is {Role}")]
    public static partial void RoleChanged(ILogger logger, string name, NodeId node, ulong incarnation, string before, string role);

    [LoggerMessage(3112, LogLevel.Information, "Node {Name} ({Node}) is no longer registered")]
    public static partial void NodeGone(ILogger logger, string name, NodeId node);

    [LoggerMessage(3113, LogLevel.Information, "Partition {Partition} has configuration {Configuration}")]
    public static partial void ConfigurationChanged(ILogger logger, int partition, Configuration configuration);

    [LoggerMessage(3114, LogLevel.Information, "The cluster {Standing}")]
    public static partial void AliveChanged(ILogger logger, string standing);

    [LoggerMessage(3120, LogLevel.Information, "This node is the controller, by {Seat}")]
    public static partial void InOffice(ILogger logger, string seat);

    [LoggerMessage(3121, LogLevel.Information, "This node is no longer the controller")]
    public static partial void OutOfOffice(ILogger logger);

    [LoggerMessage(3122, LogLevel.Information, "The controller has done: {Action}")]
    public static partial void ActionDone(ILogger logger, string action);

    [LoggerMessage(3123, LogLevel.Information, "The controller could not do {Action}: {Reason}")]
    public static partial void ActionFailed(ILogger logger, string action, string reason);

    [LoggerMessage(3124, LogLevel.Information, "The controller asks node {Node}: {Ask}")]
    public static partial void Asked(ILogger logger, NodeId node, string ask);

    [LoggerMessage(3125, LogLevel.Error, "The controller cannot decide: {Reason}")]
    public static partial void CannotDecide(ILogger logger, string reason);
}
