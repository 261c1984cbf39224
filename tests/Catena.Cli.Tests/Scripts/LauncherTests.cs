using System.Diagnostics;
using Catena.Cli.Tests.Support;

namespace Catena.Cli.Tests.Scripts;

/// <summary>The launcher, in a tree of its own, with a compiler that only notes that it was called.</summary>
public sealed class LauncherTests : IDisposable
{
    private static readonly string Launcher = FindLauncher();

    private readonly TemporaryDirectory _tree = new();

    public LauncherTests()
    {
        File.Copy(Launcher, _tree["catena"]);
        Directory.CreateDirectory(_tree["src/Catena.Cli"]);
        File.WriteAllText(_tree["src/Catena.Cli/Program.cs"], "");
        Directory.CreateDirectory(_tree["tools"]);
        WriteScript(
            _tree["tools/dotnet"],
            $$"""
            #!/bin/sh
            echo built >> '{{_tree["builds"]}}'
            if [ -e '{{_tree["broken"]}}' ]; then echo 'error CS0000: no'; exit 1; fi
            mkdir -p '{{_tree["artifacts/bin/Catena.Cli/release"]}}'
            printf '#!/bin/sh\necho "ran: $*"\nexit 5\n' > '{{_tree["artifacts/bin/Catena.Cli/release/catena"]}}'
            chmod +x '{{_tree["artifacts/bin/Catena.Cli/release/catena"]}}'
            """);
    }

    private int Builds => File.Exists(_tree["builds"]) ? File.ReadAllLines(_tree["builds"]).Length : 0;

    public void Dispose() => _tree.Dispose();

    [Fact]
    public async Task It_builds_once_and_hands_arguments_and_exit_code_through()
    {
        var first = await RunAsync(_tree["catena"], "status", "--json");
        var second = await RunAsync(_tree["catena"], "status", "two words");

        Assert.Equal(new CliResult(5, "ran: status --json\n", first.Error), first);
        Assert.Contains("building", first.Error, StringComparison.Ordinal);
        Assert.Equal(new CliResult(5, "ran: status two words\n", ""), second);
        Assert.Equal(1, Builds);
    }

    [Fact]
    public async Task Newer_sources_and_removed_ones_make_it_build_again()
    {
        await RunAsync(_tree["catena"]);
        File.SetLastWriteTimeUtc(_tree["src/Catena.Cli/Program.cs"], DateTime.UtcNow.AddSeconds(5));
        await RunAsync(_tree["catena"]);
        Assert.Equal(2, Builds);

        File.Delete(_tree["src/Catena.Cli/Program.cs"]);
        Directory.SetLastWriteTimeUtc(_tree["src/Catena.Cli"], DateTime.UtcNow.AddSeconds(5));
        await RunAsync(_tree["catena"]);
        Assert.Equal(3, Builds);
    }

    [Fact]
    public async Task It_works_through_symbolic_links_from_anywhere()
    {
        Directory.CreateDirectory(_tree["elsewhere/deep"]);
        File.CreateSymbolicLink(_tree["elsewhere/one"], "../catena");
        File.CreateSymbolicLink(_tree["elsewhere/deep/two"], _tree["elsewhere/one"]);

        var result = await RunAsync(_tree["elsewhere/deep/two"], "up");

        Assert.Equal("ran: up\n", result.Output);
    }

    [Fact]
    public async Task A_build_that_fails_is_shown_and_nothing_old_is_run()
    {
        await RunAsync(_tree["catena"]);
        await File.WriteAllTextAsync(_tree["broken"], "");
        File.SetLastWriteTimeUtc(_tree["src/Catena.Cli/Program.cs"], DateTime.UtcNow.AddSeconds(5));

        var result = await RunAsync(_tree["catena"], "up");

        Assert.Equal(1, result.Code);
        Assert.Contains("error CS0000: no", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("ran:", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_that_start_at_once_build_once()
    {
        var both = await Task.WhenAll(RunAsync(_tree["catena"], "a"), RunAsync(_tree["catena"], "b"));

        Assert.All(both, result => Assert.Equal(5, result.Code));
        Assert.Equal(1, Builds);
    }

    private static string FindLauncher()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Catena.slnx")))
            {
                return Path.Combine(directory.FullName, "catena");
            }
        }

        throw new InvalidOperationException("the tests do not run inside of the repository");
    }

    private static void WriteScript(string path, string text)
    {
        File.WriteAllText(path, text + "\n");
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("the launcher is a shell script");
        }

        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private async Task<CliResult> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["PATH"] = _tree["tools"] + ":" + Environment.GetEnvironmentVariable("PATH");
        start.Environment.Remove("CATENA_NO_BUILD");
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new CliResult(process.ExitCode, output, await error);
    }
}
