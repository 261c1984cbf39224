using System.CommandLine;
using Catena.Cli.CommandLine;

namespace Catena.Cli.Backups;

/// <summary>The command <c>catena export</c>.</summary>
internal static class ExportCommand
{
    private static readonly Argument<string> Target = new("file") { Description = "The file, of which each line will be one key as JSON; - for the standard output." };
    private static readonly Option<bool> Json = JsonOutput.Option();
    private static readonly BackupAccess Access = new();

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new DocumentedCommand(
            "export",
            "Writes every key of a cluster as a line of JSON, for people and other systems. Each partition is read while writes go on, so keys written meanwhile "
            + "may be there in their new state or their old one; for a copy as of one moment take a backup. Interrupted, it goes on where it was.",
            new("catena export shop.jsonl", "the cluster on this machine"),
            new("catena export -", "to the standard output, for another program"),
            new("catena import shop.jsonl --node 10.0.0.5:7301", "into another cluster"))
        {
            Target, Json,
        };
        Access.AddTo(command);
        command.SetAction((parsed, cancellation) => BackupAccess.GuardAsync(() => RunAsync(parsed, cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var path = parsed.GetRequiredValue(Target);
        using var client = Access.Client(parsed);
        await client.RefreshAsync(cancellation).ConfigureAwait(false);
        var keys = await ProgressDisplay.RunAsync(parsed.InvocationConfiguration.Error, "export", parsed.GetValue(Json), async progress =>
        {
            var run = new ExportRun(client, Access.Rate(parsed), progress);
            if (path != "-")
            {
                return await run.ToFileAsync(path, new SavedProgress<ExportProgress>(path + ".progress"), cancellation).ConfigureAwait(false);
            }

            await using var output = Console.OpenStandardOutput();
            return await run.ToStreamAsync(output, cancellation).ConfigureAwait(false);
        }).ConfigureAwait(false);
        Show(parsed, path, keys);
        return ExitCode.Ok;
    }

    private static void Show(ParseResult parsed, string path, long keys)
    {
        // The lines have the standard output to themselves.
        var output = path == "-" ? parsed.InvocationConfiguration.Error : parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(Json))
        {
            JsonOutput.Write(output, json =>
            {
                json.WriteStartObject();
                json.WriteString("file", path);
                json.WriteNumber("keys", keys);
                json.WriteEndObject();
            });
        }
        else
        {
            output.WriteLine($"exported {keys} keys");
        }
    }
}
