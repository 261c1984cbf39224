using System.Globalization;
using System.Text;
using System.Text.Json;
using Catena.Integration.Tests.Harness;

namespace Catena.Integration.Tests;

/// <summary>The shell against a real cluster: from a pipe, with commands given, and at a terminal.</summary>
public sealed class ShellTests
{
    private static readonly string[] Answers =
    [
        "OK", "\"hello world\"", "(nil)", "OK", "\"\"", "OK", "\"\\n\"", "OK", "\"(nil)\"",
        "OK", "never", "(nil)", "true", "never", "false", "5",
        "true", "false", "true", "false", "42", "5", "3",
        "OK", "OK", "OK",
        "user:{17}:a 1", "user:{17}:b 2", "user:{17}:c 3",
        "user:{17}:a 1", "user:{17}:b 2",
        "user:{17}:a 1", "# there are more than these 1: give a limit, or all",
        "OK", "1", "OK", "user:{17}:a changed", "user:{17}:b 2", "user:{17}:c 3", "1", "OK",
        "OK", "OK", "OK", "(nil)", "4",
        "user:{17}:c", "user:{17}:c 3",
        "OK", "OK", "OK", "1", "default", "users",
        "OK", "one", "OK", "OK", "OK", "OK", "three",
        "OK", "u1", "u2", "true", "OK", "2", "1",
    ];

    [Fact]
    public async Task Commands_from_a_pipe_and_from_a_terminal_do_what_they_say()
    {
        await using var cluster = await Cluster.StartAsync("--partitions", "8");

        await PipeAsync(cluster);
        await AskAboutClusterAsync(cluster);
        await PrepareAsync(cluster);
        await TypeAsync(cluster);

        await cluster.StopAsync();
    }

    private static async Task PipeAsync(Cluster cluster)
    {
        var script = Repository.Client("shell_commands.txt");
        var result = await Tool.RunAsync("sh", "-c", $"exec '{Repository.Catena}' shell {string.Join(' ', Nodes(cluster))} < '{script}'");

        Assert.Equal(string.Join('\n', Answers), result.Text());
    }

    private static async Task AskAboutClusterAsync(Cluster cluster)
    {
        var lines = (await ShellAsync(cluster, "--json", "-c", "st", "-c", "nodes", "-c", "partitions", "-c", "status", "-c", "help put")).Text().Split('\n');

        Assert.Equal(3, Document(lines[0]).GetProperty("nodesAlive").GetInt32());
        Assert.Equal(1, Document(lines[0]).GetProperty("keys").GetInt32());
        Assert.Equal(3, Document(lines[1]).GetProperty("nodes").GetArrayLength());
        Assert.Equal(8, Document(lines[2]).GetProperty("partitions").GetArrayLength());
        Assert.Equal("alive", Document(lines[3]).GetProperty("status").GetProperty("cluster").GetProperty("state").GetString());
        Assert.Equal("p", Document(lines[4]).GetProperty("commands")[0].GetProperty("short").GetString());
        Assert.Contains("cluster default: alive", (await ShellAsync(cluster, "-c", "status")).Text(), StringComparison.Ordinal);
    }

    /// <summary>What one shell has prepared, others decide on.</summary>
    private static async Task PrepareAsync(Cluster cluster)
    {
        foreach (var (decision, found) in new[] { ("rollback", "(nil)"), ("commit", "yes") })
        {
            var handle = (await ShellAsync(cluster, "-c", "begin", "-c", "put prepared yes", "-c", "prepare")).Text().Split('\n')[^1];
            Assert.Equal($"OK\n{found}", (await ShellAsync(cluster, "-c", $"{decision} {handle}", "-c", "get prepared")).Text());
        }

        var unfinished = await ShellAsync(cluster, "-c", "begin", "-c", "put prepared no");
        Assert.Equal(1, unfinished.ExitCode);
        Assert.Contains("inside a transaction; it is rolled back", unfinished.Errors, StringComparison.Ordinal);
        Assert.Equal("yes", (await ShellAsync(cluster, "-c", "get prepared")).Text());
    }

    /// <summary>Types at a pseudo-terminal, each line when the prompt is there.</summary>
    private static async Task TypeAsync(Cluster cluster)
    {
        var history = Path.Combine(cluster.Data, "history");
        var command = $"'{Repository.Catena}' shell {string.Join(' ', Nodes(cluster))} --history '{history}'";
        using var process = Tool.Start("env", "TERM=xterm", "script", "-qfec", command, "/dev/null");
        var seen = new StringBuilder();
        var reading = ReadAsync(process.StandardOutput, seen);
        (string Keys, string Shown)[] conversation =
        [
            ("put completed-key there\r", "OK\r\n"),
            ("g\u0017get compl\t\r", "there\r\n"),
            ("\u001b[A\u001b[A\u0001\u000bsi\t\r", "3\r\n"),
            ("\u001b[A\u001b[A\u001b[A\u007fE\r", "OK\r\n"),
            ("get user\t\r", "3\r\n"),
            ("get abandoned\u0003", "^C\r\n"),
            ("begin\r", "(transaction)> "),
            ("rollback\r", "OK\r\n"),
            ("get completed-key\r", "therE\r\n"),
        ];
        var from = await ShownAsync(seen, 0, "catena> ");
        foreach (var (keys, shown) in conversation)
        {
            await process.StandardInput.WriteAsync(keys);
            await process.StandardInput.FlushAsync();
            from = await ShownAsync(seen, await ShownAsync(seen, from, shown), shown.Contains('>', StringComparison.Ordinal) ? "" : "> ");
        }

        await process.StandardInput.WriteAsync("\u0004");
        await process.StandardInput.FlushAsync();
        await process.WaitForExitAsync();
        await reading;
        Assert.Equal(0, process.ExitCode);
        var kept = await File.ReadAllLinesAsync(history);
        Assert.Equal("put completed-key there", kept[0]);
        Assert.Contains("get completed-key ", kept);
        Assert.Contains("put completed-key therE", kept);
        Assert.Contains("get user:{17}:c ", kept);
        Assert.DoesNotContain("get abandoned", kept);
    }

    private static async Task ReadAsync(StreamReader output, StringBuilder seen)
    {
        var buffer = new char[4096];
        while (await output.ReadAsync(buffer) is > 0 and var count)
        {
            lock (seen)
            {
                seen.Append(buffer, 0, count);
            }
        }
    }

    /// <summary>Waits until a text has been shown behind a place, and returns the place behind it.</summary>
    private static async Task<int> ShownAsync(StringBuilder seen, int from, string text)
    {
        var end = -1;
        await Eventually.TrueAsync($"the terminal shows {JsonSerializer.Serialize(text)}", TimeSpan.FromSeconds(60), () =>
        {
            lock (seen)
            {
                var found = seen.ToString().IndexOf(text, from, StringComparison.Ordinal);
                end = found < 0 ? -1 : found + text.Length;
            }

            return Task.FromResult(end >= 0);
        });
        return end;
    }

    private static Task<ToolResult> ShellAsync(Cluster cluster, params string[] arguments) => Tool.CatenaAsync(["shell", .. Nodes(cluster), .. arguments]);

    private static string[] Nodes(Cluster cluster) =>
        [.. Enumerable.Range(1, 3).SelectMany(node => new[] { "--node", $"127.0.0.1:{cluster.ThriftPort(node).ToString(CultureInfo.InvariantCulture)}" })];

    private static JsonElement Document(string line)
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.Clone();
    }
}
