using System.Collections.Immutable;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Server.Cluster;

namespace Catena.Server.Tests.Listeners;

/// <summary>A cluster of three nodes and eight partitions, of which node 1 reads the even ones and node 2 the odd ones.</summary>
internal sealed class FakeCluster : IClusterView
{
    public static readonly NodeId One = new(0xa1);
    public static readonly NodeId Two = new(0xb2);
    public static readonly NodeId Three = new(0xc3);

    public bool IsKnown => true;

    public ClusterView Current { get; set; } = new()
    {
        Name = "test",
        ClusterId = new Guid("0f8fad5b-d9cb-469f-a165-70867728950e"),
        Self = One,
        Nodes =
        [
            new NodeView(One, "n1", "127.0.0.1", 7101, 0, 7301, 7401, 11, 1, "master", true),
            new NodeView(Two, "n2", "127.0.0.1", 7102, 7202, 7302, 7402, 12, 1, "sub-master", true, 7502, 7002),
            new NodeView(Three, "n3", "127.0.0.1", 7103, 0, 7303, 7403, 0, 0, "down", false),
        ],
        Partitions = [.. Enumerable.Range(0, 8).Select(Partition)],
        IsAlive = true,
    };

    public static Configuration? Partition(int number) => new()
    {
        Epoch = new Epoch(4),
        Mode = ReplicationMode.PrimaryBackup,
        Members = number % 2 == 0 ? [One, Two] : [Two, One],
        Learners = ImmutableArray.Create(Three),
    };
}
