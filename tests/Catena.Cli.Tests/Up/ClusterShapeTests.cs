using Catena.Cli.CommandLine;
using Catena.Cli.Up;

namespace Catena.Cli.Tests.Up;

public sealed class ClusterShapeTests
{
    private static readonly UpOptions Nothing = new() { DataDirectory = "d" };

    private static readonly ClusterShape Recorded = new()
    {
        Nodes = 5,
        Replicas = 3,
        MinInSync = 0,
        Partitions = 16,
        BasePort = 9000,
        Cluster = "default",
    };

    private const string WithoutName = """{"nodes":3,"replicas":3,"minInSync":0,"partitions":1,"basePort":7000,"cluster":null}""";

    public static TheoryData<string, int> Contradictions => new()
    {
        { "--partitions", 64 }, { "--replicas", 5 }, { "--min-in-sync", 3 }, { "--nodes", 4 },
    };

    [Fact]
    public void A_new_directory_gets_the_defaults()
    {
        Assert.Equal(
            new ClusterShape { Nodes = 3, Replicas = 3, MinInSync = 0, Partitions = 16, BasePort = 7000, Cluster = "default" },
            ClusterShape.Resolve(null, Nothing));
    }

    [Fact]
    public void One_node_has_one_replica_unless_more_are_asked_for()
    {
        Assert.Equal(1, ClusterShape.Resolve(null, Nothing with { Nodes = 1 }).Replicas);
        Assert.Equal(ExitCode.Usage, Assert.Throws<CommandException>(() => ClusterShape.Resolve(null, Nothing with { Nodes = 1, Replicas = 3 })).ExitCode);
    }

    [Fact]
    public void There_are_no_more_leaders_than_nodes()
    {
        Assert.Equal(3, ClusterShape.Resolve(null, Nothing with { Leaders = 3 }).Nodes);
        Assert.Equal(ExitCode.Usage, Assert.Throws<CommandException>(() => ClusterShape.Resolve(null, Nothing with { Leaders = 4 })).ExitCode);
        Assert.Throws<CommandException>(() => ClusterShape.Resolve(Recorded, Nothing with { Leaders = Recorded.Nodes + 1 }));
    }

    [Fact]
    public void Many_nodes_have_four_partitions_each_unless_told_otherwise()
    {
        Assert.Equal(32, ClusterShape.Resolve(null, Nothing with { Nodes = 8 }).Partitions);
        Assert.Equal(5, ClusterShape.Resolve(null, Nothing with { Nodes = 8, Partitions = 5 }).Partitions);
    }

    [Fact]
    public void More_in_sync_than_replicas_is_refused() =>
        Assert.Throws<CommandException>(() => ClusterShape.Resolve(null, Nothing with { MinInSync = 4 }));

    [Fact]
    public void A_known_directory_decides_what_is_left_out() => Assert.Equal(Recorded, ClusterShape.Resolve(Recorded, Nothing));

    [Theory]
    [MemberData(nameof(Contradictions))]
    public void What_contradicts_the_directory_is_refused_by_name(string flag, int value)
    {
        var asked = flag switch
        {
            "--partitions" => Nothing with { Partitions = value },
            "--replicas" => Nothing with { Replicas = value },
            "--min-in-sync" => Nothing with { MinInSync = value },
            _ => Nothing with { Nodes = value },
        };

        var refused = Assert.Throws<CommandException>(() => ClusterShape.Resolve(Recorded, asked));

        Assert.Equal(ExitCode.Usage, refused.ExitCode);
        Assert.Contains(flag, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_kind_of_coordinator_cannot_change_but_an_ensemble_may_move()
    {
        Assert.Throws<CommandException>(() => ClusterShape.Resolve(Recorded, Nothing with { ZooKeeper = "zk:2181" }));

        var outside = Recorded with { ZooKeeper = "old:2181" };
        Assert.Equal("old:2181", ClusterShape.Resolve(outside, Nothing).ZooKeeper);
        Assert.Equal("new:2181", ClusterShape.Resolve(outside, Nothing with { ZooKeeper = "new:2181" }).ZooKeeper);
    }

    [Fact]
    public void Nodes_and_ports_may_change()
    {
        var shape = ClusterShape.Resolve(Recorded, Nothing with { Nodes = 7, BasePort = 8000 });

        Assert.Equal(Recorded with { Nodes = 7, BasePort = 8000 }, shape);
    }

    [Fact]
    public void A_directory_remembers_its_shape()
    {
        using var temporary = new TemporaryDirectory();
        using (var directory = ClusterDirectory.Claim(temporary["d"]))
        {
            Assert.Null(directory.ReadShape());
            directory.WriteShape(Recorded with { Nodes = 3 });
            directory.WriteShape(Recorded);
        }

        using var again = ClusterDirectory.Claim(temporary["d"]);
        Assert.Equal(Recorded, again.ReadShape());
    }

    [Fact]
    public void A_shape_that_cannot_be_understood_is_not_overwritten()
    {
        using var temporary = new TemporaryDirectory();
        using var directory = ClusterDirectory.Claim(temporary.Path);
        foreach (var damaged in (string[])["", "{", "null", "{\"nodes\":3}", "[]", WithoutName])
        {
            File.WriteAllText(temporary["cluster.json"], damaged);
            Assert.Equal(ExitCode.Failed, Assert.Throws<CommandException>(directory.ReadShape).ExitCode);
        }
    }

    [Fact]
    public void A_directory_is_held_by_one_run_at_a_time()
    {
        using var temporary = new TemporaryDirectory();
        using (ClusterDirectory.Claim(temporary.Path))
        {
            var refused = Assert.Throws<CommandException>(() => ClusterDirectory.Claim(temporary.Path));
            Assert.Contains($"pid {Environment.ProcessId}", refused.Message, StringComparison.Ordinal);
        }

        ClusterDirectory.Claim(temporary.Path).Dispose();
    }
}
