using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using Catena.Integration.Tests.Harness;

namespace Catena.Integration.Tests;

/// <summary>Transactions of the Thrift interface, through Thrift's own library, at several nodes.</summary>
public sealed class ThriftTransactionTests
{
    [Fact]
    public async Task A_client_of_generated_code_carries_transactions_out()
    {
        await using var cluster = await Cluster.StartAsync("--partitions", "8");
        var generated = await GenerateAsync(cluster);
        Assert.Equal("done", (await RunAsync(generated, "round", Port(cluster, 1), Port(cluster, 2), Port(cluster, 3))).Text());
        await cluster.StopAsync();
    }

    [Fact]
    public async Task An_operator_aborts_what_was_prepared_for_somebody_else()
    {
        await using var cluster = await Cluster.StartAsync("--partitions", "8");
        var generated = await GenerateAsync(cluster);
        var node = $"127.0.0.1:{cluster.HttpPort(2).ToString(CultureInfo.InvariantCulture)}";
        string[] keys = ["a", "b", "c", "d", "e"];
        var handle = (await RunAsync(generated, ["prepare", Port(cluster, 1), .. keys])).Text();

        var id = IdOf(Convert.FromHexString(handle));
        Assert.Contains(id, await PreparedAsync(node));
        (await Tool.CatenaAsync("transaction", "abort", id, "--node", node)).Text();
        Assert.DoesNotContain(id, await PreparedAsync(node));

        // Whoever it was prepared for learns it wherever he asks.
        Assert.Equal("TransactionAborted", (await RunAsync(generated, "commit", Port(cluster, 3), handle)).Text());
        Assert.Equal("TransactionAborted", (await RunAsync(generated, "commit", Port(cluster, 1), handle)).Text());
        foreach (var key in keys)
        {
            Assert.Equal("", (await Tool.RedisAsync(cluster.RedisPort(2), "get", key)).Text());
        }

        await cluster.StopAsync();
    }

    /// <summary>The transactions that partitions have prepared for somebody outside the cluster.</summary>
    private static async Task<string[]> PreparedAsync(string node)
    {
        using var list = JsonDocument.Parse((await Tool.CatenaAsync("transaction", "list", "--json", "--node", node)).Text());
        return
        [
            .. list.RootElement.GetProperty("transactions").EnumerateArray()
                .Where(one => one.GetProperty("state").GetString() == "prepared" && one.GetProperty("external").GetBoolean())
                .Select(one => one.GetProperty("id").GetString()!)
                .Distinct(),
        ];
    }

    /// <summary>The transaction of a handle, as operators see it: start, node, the node's life, number.</summary>
    private static string IdOf(ReadOnlySpan<byte> handle)
    {
        var (start, node) = (BinaryPrimitives.ReadUInt64BigEndian(handle), BinaryPrimitives.ReadUInt64BigEndian(handle[8..]));
        var (life, number) = (BinaryPrimitives.ReadUInt64BigEndian(handle[16..]), BinaryPrimitives.ReadUInt64BigEndian(handle[24..]));
        return string.Create(CultureInfo.InvariantCulture, $"{start}.{node:x16}.{life}.{number}");
    }

    private static async Task<string> GenerateAsync(Cluster cluster)
    {
        var generated = Directory.CreateDirectory(Path.Combine(cluster.Data, "thrift")).FullName;
        (await Tool.RunAsync("thrift", "--gen", "py", "-out", generated, Path.Combine(Repository.Root, "idl", "catena.thrift"))).Text();
        return generated;
    }

    private static Task<ToolResult> RunAsync(string generated, params string[] arguments) =>
        Tool.RunAsync("/usr/bin/python3", [Repository.Client("thrift_transactions.py"), generated, .. arguments]);

    private static string Port(Cluster cluster, int node) => cluster.ThriftPort(node).ToString(CultureInfo.InvariantCulture);
}
