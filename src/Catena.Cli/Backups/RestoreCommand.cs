using System.CommandLine;
using Catena.Cli.CommandLine;

namespace Catena.Cli.Backups;

/// <summary>The command <c>catena restore</c>.</summary>
internal static class RestoreCommand
{
    private static readonly TimeSpan EpochPatience = TimeSpan.FromSeconds(120);

    private static readonly Argument<string> Folder = new("directory") { Description = "Where the backups are." };

    private static readonly Option<string?> Name = new("--backup")
    {
        Description = "The name of the backup. [default: the newest]",
        HelpName = "name",
    };

    private static readonly Option<string?> Progress = new("--progress")
    {
        Description = "The file that remembers how far the restore has come. [default: restore-<cluster>.progress in the directory]",
        HelpName = "file",
    };

    private static readonly Option<bool> Json = JsonOutput.Option();
    private static readonly BackupAccess Access = new();

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new DocumentedCommand(
            "restore",
            "Writes a backup into a new cluster, which may have another number of nodes and partitions. Every byte is verified on the way. A cluster that holds keys is refused; "
            + "an interrupted restore goes on when it is run again. Versions in the new cluster are above all in the backup.",
            new("catena restore /backups/shop", "the newest backup into the cluster on this machine"),
            new("catena restore /backups/shop --backup backup-20260102T030405Z.json --node 10.0.0.5:7301", "an older one, elsewhere"),
            new("catena digest --node 10.0.0.5:7301", "what is there afterwards, to compare with 'catena backup verify'"))
        {
            Folder, Name, Progress, Json,
        };
        Access.AddTo(command);
        command.SetAction((parsed, cancellation) => BackupAccess.GuardAsync(() => RunAsync(parsed, cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var path = parsed.GetRequiredValue(Folder);
        var directory = BackupReading.Open(path);
        var name = parsed.GetValue(Name) ?? (directory.Names() is [.., var newest]
            ? newest
            : throw new CommandException(ExitCode.Failed, $"there is no backup in {path}"));
        using var client = Access.Client(parsed);
        await client.RefreshAsync(cancellation).ConfigureAwait(false);
        var saved = new SavedProgress<RestoreProgress>(parsed.GetValue(Progress) ?? Path.Combine(path, $"restore-{client.Map.Id}.progress"));
        var keys = await ProgressDisplay.RunAsync(
            parsed.InvocationConfiguration.Error,
            "restore",
            parsed.GetValue(Json),
            progress => new RestoreRun(client, directory, name, saved, EpochPatience, progress).RunAsync(Access.Rate(parsed), cancellation)).ConfigureAwait(false);
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(Json))
        {
            JsonOutput.Write(output, json =>
            {
                json.WriteStartObject();
                json.WriteString("backup", name);
                json.WriteString("cluster", client.Map.Id);
                json.WriteNumber("keys", keys);
                json.WriteEndObject();
            });
        }
        else
        {
            await output.WriteLineAsync($"restored {keys} keys of {name} into cluster {client.Map.Name}").ConfigureAwait(false);
        }

        return ExitCode.Ok;
    }
}
