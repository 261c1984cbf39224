using System.CommandLine;
using Catena.Cli.CommandLine;
using Catena.Cli.Up;

namespace Catena.Cli.Status;

/// <summary>The command <c>catena status</c>.</summary>
internal static class StatusCommand
{
    private static readonly Option<HostPort[]> Nodes = HostPort.Option(
        "Nodes' HTTP addresses, tried in turn; may be given several times. [default: 127.0.0.1:7301, 7302, ... as 'catena up' assigns them]");

    private static readonly Option<int> BasePort = Ranges.Option(
        "--base-port", "Where the ports of a cluster on this machine begin, if --node is not given.", PortLayout.StandardBase, 1, PortLayout.HighestBase);

    private static readonly Option<TimeSpan> Timeout = Durations.Option("--timeout", "How long to wait for each node's answer.", TimeSpan.FromSeconds(3));
    private static readonly Option<bool> Json = JsonOutput.Option();

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new DocumentedCommand(
            "status",
            "Shows the cluster's nodes and partitions, and whether it is alive. Exit code 3 if it is dead or nobody answers.",
            new("catena status", "the cluster on this machine"),
            new("catena status --node 10.0.0.5:7301", "one elsewhere"),
            new("catena status --json", "all that the node tells, for a script (docs/status.md)"))
        {
            Nodes, BasePort, Timeout, Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var nodes = parsed.GetRequiredValue(Nodes);
        if (nodes.Length == 0)
        {
            nodes = new PortLayout(parsed.GetValue(BasePort)).Guess(ports => ports.Http);
        }

        using var client = new StatusClient(parsed.GetValue(Timeout));
        var answers = new List<StatusAnswer>();
        foreach (var node in nodes)
        {
            answers.Add(await client.AskAsync(node, cancellationToken).ConfigureAwait(false));
            if (answers[^1].Document is { IsAlive: true })
            {
                break;
            }
        }

        // A node that sees the cluster alive is believed before one that does not, which may only have lost sight of it.
        var best = answers.LastOrDefault(answer => answer.Document is { IsAlive: true })
            ?? answers.FirstOrDefault(answer => answer.Document is not null);
        return Show(parsed, answers, best);
    }

    private static int Show(ParseResult parsed, List<StatusAnswer> answers, StatusAnswer? best)
    {
        var output = parsed.InvocationConfiguration.Output;
        var isJson = parsed.GetValue(Json);
        if (best?.Document is not { } document)
        {
            if (isJson)
            {
                JsonOutput.Write(output, json =>
                {
                    json.WriteStartObject();
                    json.WriteString("state", "dead");
                    json.WriteStartObject("unreachable");
                    foreach (var answer in answers)
                    {
                        json.WriteString(answer.Node.ToString(), answer.Problem);
                    }

                    json.WriteEndObject();
                    json.WriteEndObject();
                });
                return ExitCode.ClusterDead;
            }

            throw new CommandException(
                ExitCode.ClusterDead,
                $"no node answers at {string.Join(", ", answers.Select(answer => answer.Node))}: {answers[0].Problem}. Is the cluster up? Start one with: catena up");
        }

        if (isJson)
        {
            output.WriteLine(best.Text);
        }
        else
        {
            StatusTables.Print(document, output);
        }

        return document.IsAlive ? ExitCode.Ok : ExitCode.ClusterDead;
    }
}
