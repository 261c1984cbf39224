using System.Text;
using Catena.Integration.Tests.Harness;

namespace Catena.Integration.Tests;

/// <summary>Disks that do not give back what was written, under real processes.</summary>
public sealed class DamageTests(ITestOutputHelper output)
{
    private const int Keys = 48;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Values_damaged_on_one_disk_are_never_told_and_its_copies_are_made_good_from_the_others()
    {
        var cluster = await Cluster.StartAsync("--partitions", "8", "--", "--compare-interval", "1s");
        await WriteAllAsync(cluster);
        await Eventually.TrueAsync("replicas have been compared", Patience, async () => await ComparedAsync(cluster) > 0);
        await cluster.KillAllAsync();

        // While the node is down.
        Assert.True(DamageAll(cluster, node: 1) >= Keys);
        await using var again = await cluster.StartAgainAsync();
        await ReadAllAsync(again, through: 2);
        await again.HealedAsync(seenBy: 2, members: 3);
        Assert.True(await GivenUpAsync(again, 1) > 0);
        var pid = again.Pid(2);

        // While it runs; what others are fed by it, or what it leads, is read from its disk.
        Assert.True(DamageAll(again, node: 2) >= Keys);
        await ReadAllAsync(again, through: 3);
        await Eventually.TrueAsync("the running node has given copies up", Patience, async () => await GivenUpAsync(again, 2) > 0);
        await again.HealedAsync(seenBy: 3, members: 3);
        await ReadAllAsync(again, through: 1);
        Assert.Equal(pid, again.Pid(2));
        var metrics = await Cluster.MetricsAsync(again.HttpPort(2));
        output.WriteLine(string.Join('\n', metrics.Split('\n').Where(line => line.StartsWith("catena_copies_given_up_total ", StringComparison.Ordinal)
            || line.StartsWith("catena_storage_damage_total ", StringComparison.Ordinal))));
        Assert.DoesNotContain("catena_storage_damage_total 0\n", metrics, StringComparison.Ordinal);
        await again.StopAsync();
    }

    [Fact]
    public async Task Where_no_other_copy_is_left_only_the_damaged_keys_fail_until_they_are_written_anew()
    {
        var cluster = await Cluster.StartAsync("--nodes", "1", "--partitions", "4");
        await WriteAllAsync(cluster);
        await cluster.KillAllAsync();
        await using var again = await cluster.StartAgainAsync();
        var pid = again.Pid(1);
        var port = again.RedisPort(1);
        Assert.True(DiskDamage.Hit(again.Data, 1, Value(7)) > 0);
        Assert.True(DiskDamage.Hit(again.Data, 1, Value(8)) > 0);
        for (var attempt = 0; attempt < 3; attempt++)
        {
            foreach (var key in new[] { 7, 8 })
            {
                var answer = (await Tool.RedisAsync(port, "get", $"key-{key}")).Output;
                Assert.StartsWith("IOERR the value of this key is damaged on node", answer, StringComparison.Ordinal);
            }
        }

        for (var key = 9; key < Keys; key++)
        {
            Assert.Equal(Encoding.ASCII.GetString(Value(key)), (await Tool.RedisAsync(port, "get", $"key-{key}")).Text());
        }

        Assert.Equal(Keys, (await Tool.RedisAsync(port, "--scan")).Text().Split('\n').Length);
        Assert.Equal("1", (await Tool.RedisAsync(port, "exists", "key-7")).Text());
        Assert.Equal(2, await DamageAsync(again, 1, "keys"));
        Assert.Equal(0, await GivenUpAsync(again, 1));

        (await Tool.RedisAsync(port, "set", "key-7", "anew")).Text();
        Assert.Equal("anew", (await Tool.RedisAsync(port, "get", "key-7")).Text());
        Assert.Equal("1", (await Tool.RedisAsync(port, "del", "key-8")).Text());
        Assert.Equal("", (await Tool.RedisAsync(port, "get", "key-8")).Text());
        Assert.Equal(0, await DamageAsync(again, 1, "keys"));
        Assert.Equal(pid, again.Pid(1));
        await again.StopAsync();
    }

    private static byte[] Value(int key) => Encoding.ASCII.GetBytes($"[value of key {key}]".PadRight(700, (char)('a' + (key % 26))));

    private static int DamageAll(Cluster cluster, int node) => Enumerable.Range(0, Keys).Sum(key => DiskDamage.Hit(cluster.Data, node, Value(key)));

    private static async Task WriteAllAsync(Cluster cluster)
    {
        for (var key = 0; key < Keys; key++)
        {
            Assert.Equal("OK", (await Tool.RedisAsync(cluster.RedisPort(1), "set", $"key-{key}", Encoding.ASCII.GetString(Value(key)))).Text());
        }
    }

    /// <summary>Reads every key: right, or not now; never anything else.</summary>
    private static async Task ReadAllAsync(Cluster cluster, int through)
    {
        for (var key = 0; key < Keys; key++)
        {
            await Eventually.TrueAsync($"key-{key} is read", Patience, async () =>
            {
                var answer = (await Tool.RedisAsync(cluster.RedisPort(through), "get", $"key-{key}")).Output.Trim();
                if (answer.StartsWith("TRYAGAIN", StringComparison.Ordinal) || answer.StartsWith("CLUSTERDOWN", StringComparison.Ordinal))
                {
                    return false;
                }

                Assert.Equal(Encoding.ASCII.GetString(Value(key)), answer);
                return true;
            });
        }
    }

    private static Task<long> GivenUpAsync(Cluster cluster, int node) => DamageAsync(cluster, node, "givenUp");

    /// <summary>How often first members have found another member's state equal to their own.</summary>
    private static async Task<double> ComparedAsync(Cluster cluster)
    {
        const string Name = "catena_states_found_equal_total ";
        var sum = 0.0;
        for (var node = 1; node <= 3; node++)
        {
            var line = (await Cluster.MetricsAsync(cluster.HttpPort(node))).Split('\n').Single(line => line.StartsWith(Name, StringComparison.Ordinal));
            sum += double.Parse(line.AsSpan(Name.Length), System.Globalization.CultureInfo.InvariantCulture);
        }

        return sum;
    }

    private static async Task<long> DamageAsync(Cluster cluster, int node, string figure) =>
        (await cluster.StatusAsync(node)).GetProperty("replicas").EnumerateArray().Sum(replica => replica.GetProperty("damage").GetProperty(figure).GetInt64());
}
