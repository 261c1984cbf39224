using System.Globalization;
using System.Text.Json;

namespace Catena.Cli.Tests.Backups;

/// <summary>The commands from end to end, between clusters of one node each in this process.</summary>
public sealed class RoundTripTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private LocalNode _old = null!;

    public async ValueTask InitializeAsync()
    {
        _old = await LocalNode.StartAsync(partitions: 4);
        _old.Put("key", 2000, new string('v', 200));
        _old.Do("SETEX", "lives", "1000", "x");
        _old.Do("PSETEX", "dies", "1", "x");
        _old.Do("SET", "\u00e4", "\u00f6");
    }

    public ValueTask DisposeAsync() => _old.DisposeAsync();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_backup_is_restored_into_a_cluster_of_another_number_of_partitions_with_higher_versions()
    {
        var folder = _directory["backups"];
        Good(BackupOf(folder, _old.HttpAddress));
        var verified = Json("backup", "verify", folder, "--json").GetProperty("backups")[0];
        await using var restored = await LocalNode.StartAsync(partitions: 11);
        Good("restore", folder, "--node", restored.HttpAddress);
        var digest = Json("digest", "--node", restored.HttpAddress, "--json");
        Assert.Equal(verified.GetProperty("digest").GetString(), digest.GetProperty("digest").GetString());
        Assert.Equal(2002, digest.GetProperty("keys").GetInt64());
        Assert.Equal(Json("digest", "--node", _old.HttpAddress, "--json").GetProperty("digest").GetString(), digest.GetProperty("digest").GetString());

        // Into a cluster that holds something nothing is restored.
        var refused = Support.Cli.Run("restore", folder, "--node", restored.HttpAddress);
        Assert.Equal(1, refused.Code);
        Assert.Contains("holds 2002 keys already", refused.Error, StringComparison.Ordinal);

        // A backup of the restored cluster says that its versions are above.
        Good(BackupOf(_directory["later"], restored.HttpAddress));
        Assert.True(HighestEpoch(_directory["later"]) > HighestEpoch(folder));
    }

    [Fact]
    public async Task A_restore_that_was_interrupted_goes_on()
    {
        var folder = _directory["backups"];
        Good(BackupOf(folder, _old.HttpAddress));
        await using var restored = await LocalNode.StartAsync(partitions: 2);
        var id = Json("digest", "--node", restored.HttpAddress, "--json").GetProperty("cluster").GetString();

        // What a run that was killed leaves: some keys, and its notes.
        restored.Put("key", 100, new string('v', 200));
        var source = JsonDocument.Parse(File.ReadAllText(Directory.GetFiles(folder, "backup-*.json")[0])).RootElement;
        var name = Path.GetFileName(Directory.GetFiles(folder, "backup-*.json")[0]);
        File.WriteAllText(
            Path.Combine(folder, $"restore-{id}.progress"),
            $$"""{"backup":"{{name}}","source":"{{source.GetProperty("cluster").GetString()}}","target":"{{id}}","partition":0,"keys":0,"written":100}""");
        Good("restore", folder, "--node", restored.HttpAddress);
        Assert.Equal(
            Json("backup", "verify", folder, "--json").GetProperty("backups")[0].GetProperty("digest").GetString(),
            Json("digest", "--node", restored.HttpAddress, "--json").GetProperty("digest").GetString());
        Assert.Empty(Directory.GetFiles(folder, "*.progress"));
    }

    [Fact]
    public async Task A_damaged_backup_is_not_restored()
    {
        var folder = _directory["backups"];
        Good(BackupOf(folder, _old.HttpAddress));
        var file = Directory.GetFiles(Path.Combine(folder, "pool"), "*snapshot*").Order().Last();
        var bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(file, bytes);
        var verify = Support.Cli.Run("backup", "verify", folder);
        Assert.Equal(1, verify.Code);
        Assert.Contains(Path.GetFileName(file), verify.Output, StringComparison.Ordinal);
        await using var target = await LocalNode.StartAsync(partitions: 2);
        var restore = Support.Cli.Run("restore", folder, "--node", target.HttpAddress);
        Assert.Equal(1, restore.Code);
        Assert.Contains(Path.GetFileName(file), restore.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_exported_and_imported_is_equal_and_an_interrupted_export_has_every_key_once()
    {
        var file = _directory["shop.jsonl"];
        Good("export", file, "--node", _old.HttpAddress);
        var lines = Living(file);
        Assert.Equal(2003, lines.Count);

        // What a run that was killed leaves: notes, and something behind them.
        var kept = lines[0] + "\n";
        File.WriteAllText(file, kept + "{\"table\":\"def");
        var id = Json("digest", "--node", _old.HttpAddress, "--json").GetProperty("cluster").GetString();
        File.WriteAllText(
            file + ".progress",
            $$"""{"cluster":"{{id}}","partition":0,"from":"","offset":{{kept.Length.ToString(CultureInfo.InvariantCulture)}},"keys":0}""");
        Good("export", file, "--node", _old.HttpAddress);
        Assert.Equal(lines.Skip(1).Order(), Living(file).Skip(1).Order());
        Assert.False(File.Exists(file + ".progress"));

        await using var other = await LocalNode.StartAsync(partitions: 3);
        Good("import", file, "--node", other.HttpAddress);
        Assert.Equal(
            Json("digest", "--node", _old.HttpAddress, "--json").GetProperty("digest").GetString(),
            Json("digest", "--node", other.HttpAddress, "--json").GetProperty("digest").GetString());
    }

    [Fact]
    public void A_bad_line_stops_an_import_which_goes_on_when_it_is_mended_or_is_left_out_when_asked()
    {
        var file = _directory["bad.jsonl"];
        var good = """{"key":"one","value":"1"}""" + "\n";
        File.WriteAllText(file, good + "nonsense\n" + """{"key":"two","value":"2"}""" + "\n");
        var stopped = Support.Cli.Run("import", file, "--node", _old.HttpAddress);
        Assert.Equal(1, stopped.Code);
        Assert.Contains("line 2: it is no JSON", stopped.Error, StringComparison.Ordinal);
        Assert.Equal("1", Get("one"));
        Assert.Null(Get("two"));

        Assert.Equal(1, Json("import", file, "--node", _old.HttpAddress, "--skip-bad", "--json").GetProperty("bad").GetInt32());
        Assert.Equal("2", Get("two"));
    }

    [Fact]
    public void A_directory_serves_one_backup_at_a_time_and_one_cluster()
    {
        var folder = _directory["backups"];
        Good(BackupOf(folder, _old.HttpAddress));
        using (Storage.Devices.FileSystemDevice held = new(folder))
        {
            var refused = Support.Cli.Run(BackupOf(folder, _old.HttpAddress));
            Assert.Equal(2, refused.Code);
            Assert.Contains("another backup", refused.Error, StringComparison.Ordinal);
        }

        Assert.Equal(2, Support.Cli.Run("backup").Code);
        Assert.Equal(2, Support.Cli.Run("backup", "verify", _directory["nowhere"]).Code);
        Assert.Equal(1, Support.Cli.Run("backup", "verify", _directory.Path).Code);
        Assert.Equal(3, Support.Cli.Run(BackupOf(folder, "127.0.0.1:1", "--patience", "100ms")).Code);
    }

    [Fact]
    public async Task A_directory_with_backups_of_another_cluster_is_refused()
    {
        var folder = _directory["backups"];
        Good(BackupOf(folder, _old.HttpAddress));
        await using var other = await LocalNode.StartAsync(partitions: 1);
        var refused = Support.Cli.Run(BackupOf(folder, other.HttpAddress));
        Assert.Equal(2, refused.Code);
        Assert.Contains("take another directory", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Old_backups_go_and_the_newest_stay()
    {
        var folder = _directory["backups"];
        for (var round = 0; round < 4; round++)
        {
            _old.Put("{x}", 3, round.ToString(CultureInfo.InvariantCulture));
            Good(BackupOf(folder, _old.HttpAddress, "--keep", "2", "--log-share", "0"));
        }

        Assert.Equal(2, Directory.GetFiles(folder, "backup-*.json").Length);
        Assert.Equal(0, Support.Cli.Run("backup", "verify", folder).Code);
    }

    private static ulong HighestEpoch(string folder)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Directory.GetFiles(folder, "backup-*.json")[0]));
        return document.RootElement.GetProperty("highestEpoch").GetUInt64();
    }

    /// <summary>The lines of a file, but for the key that has expired, which is or is no longer there.</summary>
    private static List<string> Living(string file) => [.. File.ReadAllLines(file).Where(line => !line.Contains("\"dies\"", StringComparison.Ordinal))];

    /// <summary>It runs within this process, which must not become nicer by it.</summary>
    private static string[] BackupOf(string folder, string node, params string[] more) => ["backup", folder, "--node", node, "--nice", "0", .. more];

    private static void Good(params string[] arguments)
    {
        var result = Support.Cli.Run(arguments);
        Assert.True(result.Code == 0, result.Error);
    }

    private static JsonElement Json(params string[] arguments)
    {
        var result = Support.Cli.Run(arguments);
        Assert.True(result.Code == 0, result.Error);
        using var document = JsonDocument.Parse(result.Output);
        return document.RootElement.Clone();
    }

    private string? Get(string key)
    {
        using var redis = _old.Redis();
        var reply = redis.Ask("GET", System.Text.Encoding.UTF8.GetBytes(key));
        return reply.IsNull ? null : System.Text.Encoding.UTF8.GetString(reply.Bytes);
    }
}
