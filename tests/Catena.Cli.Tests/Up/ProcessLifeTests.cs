using System.Diagnostics;
using System.Globalization;

namespace Catena.Cli.Tests.Up;

/// <summary>How the real program's node processes hang on the process that started them.</summary>
public sealed class ProcessLifeTests
{
    private static readonly string Program = Path.Combine(
        AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "catena.exe" : "catena");

    [Fact]
    public async Task A_node_whose_expected_parent_is_not_its_parent_ends_at_once()
    {
        using var directory = new TemporaryDirectory();
        // Process 1 is nobody's parent here but an orphan's, which is just what this is to detect.
        using var node = Start(directory, parent: 1);

        var complaint = await node.StandardError.ReadToEndAsync();
        await node.WaitForExitAsync();

        Assert.Equal(1, node.ExitCode);
        Assert.Contains("process 1, which this node belongs to, is gone", complaint, StringComparison.Ordinal);
    }

    private static Process Start(TemporaryDirectory directory, int parent)
    {
        var start = new ProcessStartInfo(Program)
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        foreach (var argument in (string[])
            [
                "node", "--name", "n", "--data", directory["data"], "--zookeeper", "127.0.0.1:1", "--peer-port", "1",
                "--parent-pid", parent.ToString(CultureInfo.InvariantCulture),
            ])
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }
}
