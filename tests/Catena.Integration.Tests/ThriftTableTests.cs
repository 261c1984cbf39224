using System.Globalization;
using Catena.Integration.Tests.Harness;

namespace Catena.Integration.Tests;

/// <summary>Keys and values of the Thrift interface, through code that Thrift's compiler makes for several languages, at several nodes.</summary>
public sealed class ThriftTableTests
{
    private static readonly string[] JavaLibraries = ["/usr/share/java/thrift.jar", "/usr/share/java/slf4j-api.jar", "/usr/share/java/slf4j-nop.jar"];

    [Fact]
    public async Task Generated_clients_read_and_write_under_conditions_scan_and_see_the_cluster()
    {
        await using var cluster = await Cluster.StartAsync("--partitions", "8");
        string[] ports = [.. Enumerable.Range(1, 3).Select(node => cluster.ThriftPort(node).ToString(CultureInfo.InvariantCulture))];
        var python = await GenerateAsync(cluster, "py");
        Assert.Equal("done", (await Tool.RunAsync("/usr/bin/python3", [Repository.Client("thrift_tables.py"), python, .. ports])).Text());
        await cluster.StopAsync();
    }

    [Fact]
    public async Task So_do_clients_in_Java_and_JavaScript()
    {
        await using var cluster = await Cluster.StartAsync("--partitions", "8");
        var java = await GenerateAsync(cluster, "java:generated_annotations=suppress");
        var classes = string.Join(':', JavaLibraries);
        (await Tool.RunAsync("javac", ["-nowarn", "-cp", classes, "-d", java, .. Directory.GetFiles(java, "*.java"), Repository.Client("ThriftRound.java")])).Text();
        var ran = await Tool.RunAsync("java", "-cp", $"{java}:{classes}", "ThriftRound", cluster.ThriftPort(1).ToString(CultureInfo.InvariantCulture));
        Assert.Equal("done", ran.Text());

        var javaScript = await GenerateAsync(cluster, "js:node,es6");
        ran = await Tool.NodeAsync(Repository.Client("thrift_round.js"), javaScript, cluster.ThriftPort(2).ToString(CultureInfo.InvariantCulture));
        Assert.Equal("done", ran.Text());
        await cluster.StopAsync();
    }

    private static async Task<string> GenerateAsync(Cluster cluster, string language)
    {
        var generated = Directory.CreateDirectory(Path.Combine(cluster.Data, $"thrift-{language[..2]}")).FullName;
        (await Tool.RunAsync("thrift", "--gen", language, "-out", generated, Path.Combine(Repository.Root, "idl", "catena.thrift"))).Text();
        return generated;
    }
}
