using System.Diagnostics;
using Catena.Cli.CommandLine;
using Catena.Cli.Up;

namespace Catena.Cli.Tests.Up;

public sealed class DevelopmentClusterTests : IDisposable
{
    /// <summary>Like a node: lives until its input ends.</summary>
    private const string LivesUntilAsked = "exec cat";

    private readonly TemporaryDirectory _directory = new();
    private readonly SharedText _output = new();
    private readonly Terminal _terminal;
    private readonly FakeProbe _probe = new();
    private readonly StopSignal _stop = StopSignal.OnRequest();

    public DevelopmentClusterTests() => _terminal = new Terminal(_output, _directory["up.log"]);

    private string Shown => _output.ToString();

    public void Dispose()
    {
        _stop.Dispose();
        _terminal.Dispose();
        _output.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task It_tells_of_every_node_and_then_that_the_cluster_is_ready_and_stops_when_asked()
    {
        var starter = new ShellStarter(LivesUntilAsked);
        _probe.Missing = "a master";
        var running = Run(starter, 3, new DevelopmentClusterOptions());

        await Shows("node-1  pid ", "node-2  pid ", "node-3  pid ", "redis 127.0.0.1:7102", "peers 127.0.0.1:7403");
        Assert.DoesNotContain("\nready", Shown, StringComparison.Ordinal);
        _probe.Missing = null;
        await Shows("\nready\n");
        Assert.All(starter.Started, started => Assert.Contains($"{started.Node}  pid {started.Id} ", Shown, StringComparison.Ordinal));
        _stop.Request();

        Assert.Equal(ExitCode.Ok, await running);
        Assert.EndsWith("stopping\nstopped\n", Shown, StringComparison.Ordinal);
        Assert.All(starter.Started, started => Assert.False(IsAlive(started.Id)));
        Assert.Contains("ready", await File.ReadAllTextAsync(_directory["up.log"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_dies_is_started_again()
    {
        var starter = new ShellStarter(LivesUntilAsked);
        var running = Run(starter, 2, new DevelopmentClusterOptions { RestartDelay = TimeSpan.FromMilliseconds(10) });
        await Shows("\nready\n");
        var victim = starter.Started.First(started => started.Node == "node-1").Id;

        using (var process = Process.GetProcessById(victim))
        {
            process.Kill();
        }

        await Shows($"node-1 (pid {victim}) was killed by signal 9");
        await Eventually.TrueAsync("a third process has been started", () => starter.Started.Count == 3);
        var successor = starter.Started.Last();
        Assert.Equal("node-1", successor.Node);
        await Shows($"node-1  pid {successor.Id} ");
        _stop.Request();
        Assert.Equal(ExitCode.Ok, await running);
    }

    [Fact]
    public async Task Without_restart_a_node_stays_down_and_the_user_is_told_how_to_start_it()
    {
        var starter = new ShellStarter(LivesUntilAsked);
        var running = Run(starter, 2, new DevelopmentClusterOptions { Restart = false });
        await Shows("\nready\n");

        using (var process = Process.GetProcessById(starter.Started.First(started => started.Node == "node-2").Id))
        {
            process.Kill();
        }

        await Shows("node-2 stays down; to start it again: catena node --name node-2 ");
        _stop.Request();
        Assert.Equal(ExitCode.Ok, await running);
        Assert.Equal(2, starter.Started.Count);
    }

    [Fact]
    public async Task Nodes_that_never_come_up_end_the_run_with_what_they_said()
    {
        _probe.IsReady = false;
        var starter = new ShellStarter("echo cannot start: the port is taken >&2; exit 1");

        var code = await Run(starter, 1, new DevelopmentClusterOptions { RestartDelay = TimeSpan.FromMilliseconds(1) });

        Assert.Equal(ExitCode.Failed, code);
        Assert.Equal(3, starter.Started.Count);
        Assert.Contains("node-1 | cannot start: the port is taken", Shown, StringComparison.Ordinal);
        Assert.Contains("ended with exit code 1 before it was ready; its log is log", Shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_refuses_its_settings_is_not_started_again()
    {
        _probe.IsReady = false;
        var starter = new ShellStarter("exit 2");

        Assert.Equal(ExitCode.Failed, await Run(starter, 1, new DevelopmentClusterOptions()));

        Assert.Single(starter.Started);
    }

    [Fact]
    public async Task What_does_not_stop_in_order_is_killed()
    {
        var starter = new ShellStarter("exec sleep 1000");
        var running = Run(starter, 1, new DevelopmentClusterOptions { StopDeadline = TimeSpan.FromMilliseconds(50) });
        await Shows("\nready\n");

        _stop.Request();

        Assert.Equal(ExitCode.Ok, await running);
        Assert.Contains("did not stop in order; killing it", Shown, StringComparison.Ordinal);
        Assert.False(IsAlive(starter.Started.First().Id));
    }

    [Fact]
    public async Task A_second_request_does_not_wait_for_the_deadline()
    {
        var starter = new ShellStarter("exec sleep 1000");
        var running = Run(starter, 1, new DevelopmentClusterOptions { StopDeadline = TimeSpan.FromHours(1) });
        await Shows("\nready\n");

        _stop.Request();
        await Shows("stopping");
        _stop.Request();

        Assert.Equal(ExitCode.Ok, await running);
    }

    private static bool IsAlive(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private Task<int> Run(ShellStarter starter, int nodes, DevelopmentClusterOptions options)
    {
        var layout = new PortLayout(PortLayout.StandardBase);
        var launches = Enumerable.Range(1, nodes)
            .Select(number => new NodeLaunch($"node-{number}", layout.Of(number), "log", ["node", "--name", $"node-{number}", "--peer-port", "1"]))
            .ToList();
        var cluster = new DevelopmentCluster(launches, options with { ProbeInterval = TimeSpan.FromMilliseconds(5) }, starter, _probe, _terminal);
        return Task.Run(() => cluster.RunAsync(_stop));
    }

    private async Task Shows(params string[] texts)
    {
        foreach (var text in texts)
        {
            try
            {
                await Eventually.TrueAsync($"'{text}' is shown", () => Shown.Contains(text, StringComparison.Ordinal));
            }
            catch (TimeoutException)
            {
                Assert.Fail($"'{text}' was not shown, but: {Shown}");
            }
        }
    }
}
