using System.CommandLine;
using Catena.Cli.Backups.Network;
using Catena.Cli.CommandLine;

namespace Catena.Cli.Backups;

/// <summary>The command <c>catena import</c>.</summary>
internal static class ImportCommand
{
    private static readonly Argument<string> Source = new("file") { Description = "A file as 'catena export' writes it; - for the standard input." };
    private static readonly Option<bool> SkipBad = new("--skip-bad") { Description = "Tell bad lines, leave them out and go on. Otherwise the first one is the end." };
    private static readonly Option<bool> Json = JsonOutput.Option();
    private static readonly BackupAccess Access = new();

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new DocumentedCommand(
            "import",
            "Writes keys from lines of JSON into a cluster, over those that are there. Of several lines with one key the last counts. Interrupted, it goes on where it was.",
            new("catena import shop.jsonl", "into the cluster on this machine"),
            new("catena import -", "from the standard input, such as {\"key\":\"greeting\",\"value\":\"hello\"}"),
            new("catena import shop.jsonl --skip-bad --node 10.0.0.5:7301", "what can be read, elsewhere"))
        {
            Source, SkipBad, Json,
        };
        Access.AddTo(command);
        command.SetAction((parsed, cancellation) => BackupAccess.GuardAsync(() => RunAsync(parsed, cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var path = parsed.GetRequiredValue(Source);
        if (path != "-" && !File.Exists(path))
        {
            throw new CommandException(ExitCode.Usage, $"there is no file {path}");
        }

        using var client = Access.Client(parsed);
        await client.RefreshAsync(cancellation).ConfigureAwait(false);
        var writer = new BulkWriter(client, Access.Rate(parsed));
        var result = await ProgressDisplay.RunAsync(parsed.InvocationConfiguration.Error, "import", parsed.GetValue(Json), async progress =>
        {
            var run = new ImportRun(client, writer, parsed.GetValue(SkipBad), progress);
            if (path != "-")
            {
                return await FromFileAsync(run, client.Map.Id, path, progress, cancellation).ConfigureAwait(false);
            }

            await using var input = Console.OpenStandardInput();
            return await run.RunAsync(input, 0, new ImportProgress(client.Map.Id, 0, 0, 0, 0), static _ => { }, cancellation).ConfigureAwait(false);
        }).ConfigureAwait(false);
        Show(parsed, result);
        return ExitCode.Ok;
    }

    private static async Task<ImportProgress> FromFileAsync(ImportRun run, Guid cluster, string path, IProgressSink progress, CancellationToken cancellation)
    {
        var saved = new SavedProgress<ImportProgress>(path + ".progress");
        var last = saved.Load();
        var start = last is not null && last.Cluster == cluster ? last : new ImportProgress(cluster, 0, 0, 0, 0);
        await using var file = File.OpenRead(path);
        if (start.Lines > 0)
        {
            progress.Say($"going on behind line {start.Lines}");
            file.Seek(start.Offset, SeekOrigin.Begin);
        }

        var result = await run.RunAsync(file, file.Length, start, saved.Save, cancellation).ConfigureAwait(false);
        saved.Delete();
        return result;
    }

    private static void Show(ParseResult parsed, ImportProgress result)
    {
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(Json))
        {
            JsonOutput.Write(output, json =>
            {
                json.WriteStartObject();
                json.WriteNumber("lines", result.Lines);
                json.WriteNumber("keys", result.Keys);
                json.WriteNumber("bad", result.Bad);
                json.WriteEndObject();
            });
        }
        else
        {
            output.WriteLine($"imported {result.Keys} keys from {result.Lines} lines{(result.Bad > 0 ? $", left out {result.Bad} bad ones" : "")}");
        }
    }
}
