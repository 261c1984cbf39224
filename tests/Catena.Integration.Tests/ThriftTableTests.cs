using System.Globalization;
using Catena.Integration.Tests.Harness;

namespace Catena.Integration.Tests;

/// <summary>Keys and values of the Thrift interface, through code that Thrift's compiler makes for several languages, at several nodes.</summary>
public sealed class ThriftTableTests
{
    [Fact]
    public async Task Generated_clients_read_and_write_under_conditions_scan_and_see_the_cluster()
    {
        await using var cluster = await Cluster.StartAsync("--partitions", "8");
        string[] ports = [.. Enumerable.Range(1, 3).Select(node => cluster.ThriftPort(node).ToString(CultureInfo.InvariantCulture))];
        var python = await GenerateAsync(cluster, "py");
        Assert.Equal("done", (await Tool.RunAsync("/usr/bin/python3", [Repository.Client("thrift_tables.py"), python, .. ports])).Text());
        await cluster.StopAsync();
    }

    private static async Task<string> GenerateAsync(Cluster cluster, string language)
    {
        var generated = Directory.CreateDirectory(Path.Combine(cluster.Data, $"thrift-{language}")).FullName;
        (await Tool.RunAsync("thrift", "--gen", language, "-out", generated, Path.Combine(Repository.Root, "idl", "catena.thrift"))).Text();
        return generated;
    }
}
