using System.CommandLine;
using Catena.Cli.Backups;
using Catena.Cli.CommandLine;
using Catena.Core.Placement;
using Catena.Core.Replication;

namespace Catena.Cli.Cluster;

/// <summary>The command <c>catena mode</c>.</summary>
internal static class ModeCommand
{
    private static readonly Argument<string> Mode = CreateMode();
    private static readonly Option<int[]> Partitions = CreatePartitions();
    private static readonly Option<bool> Json = JsonOutput.Option();
    private static readonly BackupAccess Access = new();

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new DocumentedCommand(
            "mode",
            "Changes how partitions replicate while they serve: from the primary to all backups at once, along a chain, or along a chain of which every member "
            + "answers reads. Each partition goes on in its next epoch with the members it has; commands that come meanwhile wait for some milliseconds. "
            + "The command ends when every partition serves in the mode; run it again if it was interrupted.",
            new("catena mode chain", "all partitions of the cluster on this machine"),
            new("catena mode apportioned-chain --partition 5 --partition 6", "two partitions only"),
            new("catena mode primary-backup --node 10.0.0.5:7301 --json", "back again, elsewhere, for a script"))
        {
            Mode, Partitions, Json,
        };
        Access.AddPlaceTo(command);
        command.SetAction((parsed, cancellation) => BackupAccess.GuardAsync(() => RunAsync(parsed, cancellation)));
        return command;
    }

    private static Argument<string> CreateMode()
    {
        var argument = new Argument<string>("mode") { Description = $"One of {string.Join(", ", ReplicationModes.Names)}." };
        argument.AcceptOnlyFromAmong([.. ReplicationModes.Names]);
        return argument;
    }

    private static Option<int[]> CreatePartitions()
    {
        var option = new Option<int[]>("--partition")
        {
            Description = "A partition's number; may be given several times. [default: all partitions]",
            HelpName = "number",
            Arity = ArgumentArity.OneOrMore,
            DefaultValueFactory = _ => [],
        };
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
            {
                if (int.TryParse(token.Value, out var number) && number is < 0 or >= HashSlot.Count)
                {
                    result.AddError($"--partition {number} is no partition's number.");
                }
            }
        });
        return option;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var mode = parsed.GetRequiredValue(Mode);
        var isJson = parsed.GetValue(Json);
        using var client = Access.Client(parsed);
        var run = (IProgressSink progress) =>
            new ModeRun(client, mode, parsed.GetRequiredValue(Partitions).ToHashSet(), Access.Patience(parsed), progress).RunAsync(cancellation);
        var result = await ProgressDisplay.RunAsync(parsed.InvocationConfiguration.Error, "mode", isJson, run).ConfigureAwait(false);
        var output = parsed.InvocationConfiguration.Output;
        if (isJson)
        {
            JsonOutput.Write(output, json =>
            {
                json.WriteStartObject();
                json.WriteString("cluster", client.Map.Id);
                json.WriteString("mode", mode);
                json.WriteNumber("partitions", result.Partitions);
                json.WriteNumber("changed", result.Changed);
                json.WriteEndObject();
            });
        }
        else
        {
            await output.WriteLineAsync($"{result.Partitions} partitions replicate as {mode}; {result.Changed} of them did not before").ConfigureAwait(false);
        }

        return ExitCode.Ok;
    }
}
