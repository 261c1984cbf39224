using System.Diagnostics;
using System.Globalization;

namespace Catena.Mutation.Running;

/// <summary>Runs Stryker.NET, the local tool of .config/dotnet-tools.json, over the replication.</summary>
/// <remarks>
/// Its build goes to a folder of its own: it writes changed assemblies beside the tests, where another run of the tests must not find them.
/// </remarks>
internal static class StrykerRun
{
    /// <summary>What Stryker says of every test that follows one whose time ran out, 10 seconds each; these tests then run for all mutants.</summary>
    private const string LostCoverage = "Timed out waiting for coverage relay ack";

    /// <summary>Makes a run.</summary>
    /// <returns>The path of the report.</returns>
    /// <exception cref="MutationException">The run ended without a report.</exception>
    public static async Task<string> MakeAsync(MutationOptions options, CancellationToken cancellation)
    {
        var output = Path.Combine(options.Root, "artifacts", "mutation");
        var report = Path.Combine(output, "reports", "mutation-report.json");
        Directory.CreateDirectory(Path.GetDirectoryName(report)!);
        File.Delete(report);
        await RunAsync(options, output, ["tool", "restore"], cancellation);
        await RunAsync(options, output, [.. Arguments(options, output)], cancellation);
        return File.Exists(report) ? report : throw new MutationException($"the run has left no report at {report}");
    }

    private static IEnumerable<string> Arguments(MutationOptions options, string output)
    {
        yield return "stryker";
        yield return "--skip-version-check";
        yield return "--break-on-initial-test-failure";
        yield return "--config-file";
        yield return Path.Combine(options.Root, "tests", "Catena.Mutation", "stryker-config.json");
        yield return "--concurrency";
        yield return options.Concurrency.ToString(CultureInfo.InvariantCulture);
        yield return "--output";
        yield return output;
        foreach (var pattern in options.Scope.Patterns)
        {
            yield return "--mutate";
            yield return pattern;
        }
    }

    private static async Task RunAsync(MutationOptions options, string output, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = Path.Combine(options.Root, "tests", "Catena.Core.Tests"),
            RedirectStandardOutput = true,
        };
        start.Environment["ArtifactsPath"] = Path.Combine(output, "build");
        start.Environment["CATENA_MUTATION"] = "1";
        start.Environment["CATENA_SCHEDULE_SEEDS"] = options.Schedules.ToString(CultureInfo.InvariantCulture);
        using var process = Process.Start(start) ?? throw new MutationException("dotnet did not start");
        try
        {
            // Standard output is the verdict's.
            while (await process.StandardOutput.ReadLineAsync(cancellation) is { } line)
            {
                await Console.Error.WriteLineAsync(line);
                if (line.Contains(LostCoverage, StringComparison.Ordinal))
                {
                    throw new MutationException("a test took so long that what the tests reach can no longer be noted; run it while nothing else runs");
                }
            }

            await process.WaitForExitAsync(cancellation);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        if (process.ExitCode != 0)
        {
            throw new MutationException($"dotnet {arguments[0]} {arguments[1]} ended with exit code {process.ExitCode}");
        }
    }
}
