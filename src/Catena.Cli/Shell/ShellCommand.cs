using System.CommandLine;
using System.Text;
using Catena.Cli.CommandLine;
using Catena.Cli.Up;

namespace Catena.Cli.Shell;

/// <summary>The command <c>catena shell</c>.</summary>
internal static class ShellCommand
{
    private const int StandardLimit = 1_000;
    private const int StandardHistory = 1_000;

    private static readonly Option<HostPort[]> Nodes = HostPort.Option(
        "Nodes' Thrift addresses, tried in turn; may be given several times. [default: 127.0.0.1:7201, 7202, ... as 'catena up' assigns them]");

    private static readonly Option<int> BasePort = Ranges.Option(
        "--base-port", "Where the ports of a cluster on this machine begin, if --node is not given.", PortLayout.StandardBase, 1, PortLayout.HighestBase);

    private static readonly Option<TimeSpan> Timeout = Durations.Option(
        "--timeout", "How long a command may take, tried again while the cluster cannot do it for now.", TimeSpan.FromSeconds(10));

    private static readonly Option<string[]> Commands = new("--command", "-c")
    {
        Description = "A command to carry out instead of reading them; may be given several times.",
        HelpName = "command",
        Arity = ArgumentArity.OneOrMore,
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<bool> KeepGoing = new("--keep-going") { Description = "Go on after a command that failed, if they are not typed." };
    private static readonly Option<bool> Json = new("--json") { Description = "Answer with one JSON document a line, for scripts." };
    private static readonly Option<int> Limit = Ranges.Option("--limit", "How many entries a scan shows unless its command says.", StandardLimit, 1, int.MaxValue - 1);
    private static readonly Option<string?> History = new("--history") { Description = "Where typed lines are kept. [default: ~/.catena_history]", HelpName = "file" };
    private static readonly Option<int> HistorySize = Ranges.Option("--history-size", "How many typed lines are kept; 0 for none.", StandardHistory, 0, 1_000_000);

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new DocumentedCommand(
            "shell",
            "Reads, writes, scans and makes transactions, one command a line: typed, from a pipe, or given with -c. The first failure ends what is not typed, with exit code 1. 'help' lists the commands.",
            new("catena shell", "type commands; Tab completes, the arrows bring back earlier lines"),
            new("catena shell --node db1:7201 --node db2:7201", "another cluster"),
            new("catena shell -c size -c stats --json", "two commands, for a script"),
            new("catena shell --keep-going < commands.txt", "a file of commands"))
        {
            Nodes, BasePort, Timeout, Commands, KeepGoing, Json, Limit, History, HistorySize,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var nodes = parsed.GetRequiredValue(Nodes);
        if (nodes.Length == 0)
        {
            nodes = new PortLayout(parsed.GetValue(BasePort)).Guess(ports => ports.Thrift);
        }

        var commands = parsed.GetRequiredValue(Commands);
        var configuration = parsed.InvocationConfiguration;
        using var client = new ShellClient(nodes, parsed.GetValue(Timeout));
        using var output = new ShellOutput(configuration.Output, configuration.Error, parsed.GetValue(Json));
        var session = new ShellSession(client, output, parsed.GetValue(Limit));
        var script = new ShellScript(session, parsed.GetValue(KeepGoing));
        if (commands.Length > 0)
        {
            return script.Run(commands, "-c");
        }

        if (!Console.IsInputRedirected && !Console.IsOutputRedirected)
        {
            var history = new ShellHistory(parsed.GetValue(History) ?? ShellHistory.StandardFile(), parsed.GetValue(HistorySize));
            return Converse(session, history, configuration.Error);
        }

        using var input = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
        return script.Run(input);
    }

    private static int Converse(ShellSession session, ShellHistory history, TextWriter error)
    {
        if (history.Problem is { } problem)
        {
            error.WriteLine($"catena shell: typed lines are not kept: {problem}");
        }

        var editor = new LineEditor(new ConsoleTerminal(), history, new ShellCompleter(session));
        while (!session.IsOver)
        {
            // Ctrl-C is a key while a line is typed, and ends the process while a command runs.
            Console.TreatControlCAsInput = true;
            var line = editor.ReadLine(session.Prompt);
            Console.TreatControlCAsInput = false;
            session.Run(line ?? "quit", "error");
        }

        return ExitCode.Ok;
    }
}
