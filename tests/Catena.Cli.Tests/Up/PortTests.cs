using System.Net;
using System.Net.Sockets;
using Catena.Cli.CommandLine;
using Catena.Cli.Up;

namespace Catena.Cli.Tests.Up;

public sealed class PortTests
{
    [Fact]
    public void Ports_are_counted_from_the_base()
    {
        var layout = new PortLayout(7000);

        Assert.Equal(7000, layout.Coordinator);
        Assert.Equal(new NodePorts(7101, 7201, 7301, 7401, 7501, 7001), layout.Of(1));
        Assert.Equal(new NodePorts(7103, 7203, 7303, 7403, 7503, 7003), layout.Of(3));
    }

    [Fact]
    public void No_two_ports_of_the_largest_cluster_are_the_same()
    {
        var layout = new PortLayout(PortLayout.HighestBase);
        var ports = Enumerable.Range(1, PortLayout.MostNodes).Select(layout.Of)
            .SelectMany(node => (int[])[node.Redis, node.Thrift, node.Http, node.Peers, node.Table, node.Text])
            .Append(layout.Coordinator).ToList();

        Assert.Equal(ports.Count, ports.Distinct().Count());
        Assert.True(ports.Max() <= ushort.MaxValue);
    }

    [Fact]
    public void Guesses_begin_with_the_first_node() =>
        Assert.Equal(new HostPort("127.0.0.1", 7301), new PortLayout(7000).Guess(ports => ports.Http)[0]);

    [Fact]
    public void A_port_that_is_taken_is_named_with_its_purpose()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var shape = new ClusterShape
        {
            Nodes = 1,
            Replicas = 1,
            MinInSync = 0,
            Partitions = 1,
            BasePort = port,
            Cluster = "default",
        };

        var refused = Assert.Throws<CommandException>(() => PortProbe.Check(shape, new UpOptions { DataDirectory = "data" }));

        Assert.Equal(ExitCode.Failed, refused.ExitCode);
        Assert.Contains($"port {port}, for the coordinator", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ports_of_services_are_looked_at_where_these_are_asked_for()
    {
        var basePort = FreePorts.Block();
        var layout = new PortLayout(basePort).Of(1);
        var shape = new ClusterShape
        {
            Nodes = 1,
            Replicas = 1,
            MinInSync = 0,
            Partitions = 1,
            BasePort = basePort,
            Cluster = "default",
        };
        var options = new UpOptions { DataDirectory = "data" };
        using var table = new TcpListener(IPAddress.Loopback, layout.Table);
        table.Start();
        using var text = new TcpListener(IPAddress.Loopback, layout.Text);
        text.Start();

        PortProbe.Check(shape, options);
        var refused = Assert.Throws<CommandException>(() => PortProbe.Check(shape, options with { Table = true }));
        Assert.Contains($"port {layout.Table}, for node-1's table service", refused.Message, StringComparison.Ordinal);
        refused = Assert.Throws<CommandException>(() => PortProbe.Check(shape, options with { Text = true }));
        Assert.Contains($"port {layout.Text}, for node-1's plain-text service", refused.Message, StringComparison.Ordinal);
    }
}
