namespace Catena.Server.Cluster;

/// <summary>The newest view of the cluster.</summary>
public interface IClusterView
{
    /// <summary>The newest view; replaced as a whole when something changes.</summary>
    ClusterView Current { get; }
}
