using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Catena.Integration.Tests.Harness;

namespace Catena.Integration.Tests;

/// <summary>Backups of clusters of real processes under load, and what is restored, exported and imported from them.</summary>
public sealed class BackupTests : IDisposable
{
    private const int Pairs = 40;
    private const string Bulk = "bulk";

    private readonly string _folder = Directory.CreateTempSubdirectory("catena-backup-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("primary-backup")]
    [InlineData("chain")]
    public async Task A_backup_under_load_that_was_killed_and_resumed_is_one_moment_and_is_restored_into_a_cluster_of_another_shape(string mode)
    {
        await using var cluster = await Cluster.StartAsync("--nodes", "3", "--replicas", "3", "--partitions", "8", "--mode", mode);
        using (var filler = new RawRedis(cluster.RedisPort(1)))
        {
            filler.SetMany(Enumerable.Range(0, 4000).Select(number => ($"{Bulk}{number}", new string('x', 1000))));
        }

        await using var load = new PairLoad([.. Enumerable.Range(1, 3).Select(cluster.RedisPort)], Pairs);
        await load.BegunAsync();

        // Slow enough to be killed in the middle; then the rest at full speed.
        var directory = Path.Combine(_folder, "backups");
        using (var killed = Tool.Start(Repository.Catena, ["backup", directory, "--node", Http(cluster), "--rate", "1M", "--parallel", "1"]))
        {
            var pool = Path.Combine(directory, "pool");
            await Eventually.TrueAsync("a partition is whole", () => Directory.Exists(pool) && Directory.GetFiles(pool, "*-snapshot-*.pool").Length > 0);
            Assert.All(NicenessOfThreads(killed.Id), niceness => Assert.Equal(NicenessOfThreads(Environment.ProcessId).Min() + 10, niceness));
            killed.Kill();
            await killed.WaitForExitAsync();
        }

        Assert.Empty(Directory.GetFiles(directory, "backup-*.json"));
        var before = load.Acknowledged();
        var taken = Parse((await Tool.CatenaAsync("backup", directory, "--node", Http(cluster), "--json")).Text());
        var after = load.Begun();
        Assert.True(taken.GetProperty("partitionsShared").GetInt32() > 0);
        var underLoad = taken.GetProperty("backup").GetString()!;

        // An incremental one, and then the state at rest.
        (await Tool.CatenaAsync("backup", directory, "--node", Http(cluster))).Text();
        await load.StopAsync();
        var last = Parse((await Tool.CatenaAsync("backup", directory, "--node", Http(cluster), "--json")).Text());
        Assert.True(last.GetProperty("bytesCopied").GetInt64() < last.GetProperty("bytes").GetInt64() / 2);
        var live = await DigestAsync(cluster);
        var reports = Parse((await Tool.CatenaAsync("backup", "verify", directory, "--json")).Text()).GetProperty("backups");
        Assert.Equal(3, reports.GetArrayLength());
        Assert.Equal(live, reports[2].GetProperty("digest").GetString());
        Assert.NotEqual(live, reports[0].GetProperty("digest").GetString());

        await using var other = await Cluster.StartAsync("--nodes", "2", "--replicas", "2", "--partitions", "13", "--mode", mode);
        (await Tool.CatenaAsync("restore", directory, "--backup", underLoad, "--node", Http(other))).Text();
        Assert.Equal(reports[0].GetProperty("digest").GetString(), await DigestAsync(other));
        using var redis = new RawRedis(other.RedisPort(1));
        for (var pair = 0; pair < Pairs; pair++)
        {
            // Each pair is written in order, the one key and then the other, with the same counter: the second is never ahead.
            var (first, second) = (Number(redis.Get(PairLoad.First(pair))), Number(redis.Get(PairLoad.Second(pair))));
            Assert.True(first == second || first == second + 1, $"pair {pair}: {first} and {second}");
            Assert.InRange(second, before[pair], after[pair]);
        }
    }

    [Fact]
    public async Task No_transaction_is_in_a_backup_by_half()
    {
        const int Accounts = 24;
        await using var cluster = await Cluster.StartAsync("--nodes", "3", "--replicas", "3", "--partitions", "8");
        await using var load = new BankLoad([.. Enumerable.Range(1, 3).Select(cluster.RedisPort)], Accounts);
        var directory = Path.Combine(_folder, "bank");
        for (var round = 0; round < 3; round++)
        {
            var moved = load.Moved;
            await Eventually.TrueAsync("money is moved", () => load.Moved > moved + 20);
            (await Tool.CatenaAsync("backup", directory, "--node", Http(cluster))).Text();
        }

        await load.StopAsync();
        foreach (var backup in Directory.GetFiles(directory, "backup-*.json").Select(Path.GetFileName).Order(StringComparer.Ordinal))
        {
            await using var other = await Cluster.StartAsync("--nodes", "1", "--replicas", "1", "--partitions", "5");
            (await Tool.CatenaAsync("restore", directory, "--backup", backup!, "--node", Http(other))).Text();
            using var redis = new RawRedis(other.RedisPort(1));
            var balances = Enumerable.Range(0, Accounts).Select(number => Number(redis.Get(BankLoad.Account(number)))).ToList();
            Assert.True(balances.Sum() == 0, $"{backup}: {string.Join(' ', balances)}");
            Assert.Contains(balances, balance => balance != 0);
        }
    }

    [Fact]
    public async Task What_is_exported_is_imported_elsewhere_and_equal()
    {
        await using var cluster = await Cluster.StartAsync("--nodes", "3", "--partitions", "8");
        using (var filler = new RawRedis(cluster.RedisPort(2)))
        {
            filler.SetMany(Enumerable.Range(0, 3000).Select(number => ($"key{number}", $"value {number}")));
        }

        var file = Path.Combine(_folder, "all.jsonl");
        (await Tool.CatenaAsync("export", file, "--node", Http(cluster))).Text();
        Assert.Equal(3001, File.ReadLines(file).Count());
        var expected = await DigestAsync(cluster);

        // Meanwhile backups are taken again and again, which survive that the cluster goes, and end in order.
        var directory = Path.Combine(_folder, "periodic");
        using var periodic = Tool.Start(Repository.Catena, ["backup", directory, "--node", Http(cluster), "--every", "200ms", "--keep", "2", "--patience", "1s"]);
        var errors = new ConcurrentQueue<string>();
        periodic.ErrorDataReceived += (_, line) => errors.Enqueue(line.Data ?? "");
        periodic.BeginErrorReadLine();
        periodic.BeginOutputReadLine();
        await Eventually.TrueAsync("two backups were taken", () => Directory.Exists(directory) && Directory.GetFiles(directory, "backup-*.json").Length == 2);
        var newest = Directory.GetFiles(directory, "backup-*.json").Max(StringComparer.Ordinal);
        await Eventually.TrueAsync("newer ones replaced them", () => StringComparer.Ordinal.Compare(Directory.GetFiles(directory, "backup-*.json").Min(StringComparer.Ordinal), newest) >= 0);
        await cluster.StopAsync();
        await Eventually.TrueAsync("a round fails", () => errors.Any(line => line.Contains("this round failed", StringComparison.Ordinal)));
        await Tool.TerminateAsync(periodic);
        await periodic.WaitForExitAsync();
        Assert.Equal(0, periodic.ExitCode);
        Assert.Contains(expected, (await Tool.CatenaAsync("backup", "verify", directory)).Text(), StringComparison.Ordinal);

        await using var other = await Cluster.StartAsync("--nodes", "2", "--replicas", "2", "--partitions", "5");
        (await Tool.CatenaAsync("import", file, "--node", Http(other))).Text();
        Assert.Equal(expected, await DigestAsync(other));
    }

    [Fact]
    public async Task Named_tables_are_restored_under_their_numbers_and_imported_by_their_names()
    {
        await using var cluster = await Cluster.StartAsync("--nodes", "3", "--replicas", "3", "--partitions", "8");
        await ShellAsync(cluster, "create gone", "create users", "create orders", "put shared default", "use users", "put shared users", "put only users", "use orders", "put shared orders", "drop gone");
        var directory = Path.Combine(_folder, "tables");
        (await Tool.CatenaAsync("backup", directory, "--node", Http(cluster))).Text();
        var file = Path.Combine(_folder, "tables.jsonl");
        (await Tool.CatenaAsync("export", file, "--node", Http(cluster))).Text();
        Assert.Equal(5, File.ReadLines(file).Count());
        Assert.Contains("""{"table":"users","key":"only","value":"users"}""", File.ReadLines(file));
        var digest = await DigestAsync(cluster);
        await cluster.StopAsync();

        await using (var restored = await Cluster.StartAsync("--nodes", "2", "--replicas", "2", "--partitions", "5"))
        {
            (await Tool.CatenaAsync("restore", directory, "--node", Http(restored))).Text();
            Assert.Equal(digest, await DigestAsync(restored));
            Assert.Equal("default\norders\nusers\nOK\nusers\n2\nOK\nOK\n0", await ShellAsync(restored, "tables", "use users", "get shared", "size", "create gone", "use gone", "size"));
        }

        // The other cluster has a table of its own, so that the names get other numbers there.
        await using var other = await Cluster.StartAsync("--nodes", "1", "--replicas", "1", "--partitions", "5");
        await ShellAsync(other, "create first", "use first", "put shared first");
        var refused = await Tool.CatenaAsync("restore", directory, "--node", Http(other));
        Assert.NotEqual(0, refused.ExitCode);
        (await Tool.CatenaAsync("import", file, "--node", Http(other))).Text();
        Assert.Equal("default\nfirst\norders\nusers", await ShellAsync(other, "tables"));
        Assert.Equal("OK\nusers\n2\nOK\norders\n1\nOK\nfirst\n1\nOK\ndefault", await ShellAsync(
            other, "use users", "get shared", "size", "use orders", "get shared", "size", "use first", "get shared", "size", "use", "get shared"));
    }

    private static async Task<string> ShellAsync(Cluster cluster, params string[] commands)
    {
        var node = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{cluster.ThriftPort(1)}");
        return (await Tool.CatenaAsync(["shell", "--node", node, .. commands.SelectMany(command => new[] { "-c", command })])).Text();
    }

    private static string Http(Cluster cluster) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{cluster.HttpPort(1)}");

    /// <summary>proc_pid_stat(5): the 19th field, the 17th behind the name.</summary>
    private static List<int> NicenessOfThreads(int process)
    {
        var found = new List<int>();
        foreach (var thread in Directory.GetDirectories(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/task")))
        {
            try
            {
                var text = File.ReadAllText(Path.Combine(thread, "stat"));
                found.Add(int.Parse(text[(text.LastIndexOf(')') + 2)..].Split(' ')[16], CultureInfo.InvariantCulture));
            }
            catch (IOException) when (!Directory.Exists(thread))
            {
                // It has ended meanwhile.
            }
        }

        return found;
    }

    private static int Number(string? text) => text is null ? 0 : int.Parse(text, CultureInfo.InvariantCulture);

    private static async Task<string> DigestAsync(Cluster cluster) =>
        Parse((await Tool.CatenaAsync("digest", "--node", Http(cluster), "--json")).Text()).GetProperty("digest").GetString()!;

    private static JsonElement Parse(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
