namespace Catena.Core.Replication.Messages;

/// <summary>The answer to a message of a lower epoch: the configuration that has replaced the sender's.</summary>
/// <param name="Configuration">The newest configuration that the sender of this answer knows.</param>
public sealed record EpochStale(Configuration Configuration) : ReplicaMessage(Configuration.Epoch);
