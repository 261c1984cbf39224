namespace Catena.Server.Coordination.Documents;

/// <summary>What a node answers to <c>GET /metadata</c>: all that it knows of its cluster without asking the coordinator.</summary>
internal sealed record MetadataDocument
{
    /// <summary>The cluster's name.</summary>
    public required string Cluster { get; init; }

    /// <summary>The cluster that the node's data belongs to; null where it belongs to none yet.</summary>
    public Guid? ClusterId { get; set; }

    /// <summary>The node's registration as it would write it.</summary>
    public required NodeDocument Node { get; init; }

    /// <summary>Whether the node is connected to a coordinator that holds its cluster.</summary>
    public required bool IsConnected { get; init; }

    /// <summary>The settings, as kept with the node's data; null where none are kept yet.</summary>
    public SettingsDocument? Settings { get; set; }

    /// <summary>The registrations that the node has read in this life.</summary>
    public IReadOnlyList<NodeDocument> Nodes { get; set; } = [];

    /// <summary>The newest configuration that the node knows of each partition, by number.</summary>
    public IReadOnlyDictionary<string, ConfigurationDocument> Partitions { get; set; } = new Dictionary<string, ConfigurationDocument>();
}
