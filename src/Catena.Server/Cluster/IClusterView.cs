namespace Catena.Server.Cluster;

/// <summary>The newest view of the cluster.</summary>
public interface IClusterView
{
    /// <summary>Whether there is a view yet: a node that starts has none before it has read the cluster from the coordinator.</summary>
    bool IsKnown { get; }

    /// <summary>The newest view; replaced as a whole when something changes.</summary>
    /// <exception cref="InvalidOperationException">There is none yet.</exception>
    ClusterView Current { get; }
}
