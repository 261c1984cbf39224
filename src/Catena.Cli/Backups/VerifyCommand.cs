using System.CommandLine;
using Catena.Cli.CommandLine;

namespace Catena.Cli.Backups;

/// <summary>The command <c>catena backup verify</c>.</summary>
internal static class VerifyCommand
{
    private static readonly Argument<string> Folder = new("directory") { Description = "Where the backups are." };

    private static readonly Option<string?> Only = new("--backup")
    {
        Description = "The name of one backup. [default: all]",
        HelpName = "name",
    };

    private static readonly Option<long> At = DigestCommand.AtOption();
    private static readonly Option<bool> Json = JsonOutput.Option();

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new DocumentedCommand(
            "verify",
            "Reads backups and checks every byte, without a cluster: checksums, that snapshots and logs join up to the cut, every entry. "
            + "Prints a digest of the content, to compare with 'catena digest'. Exit code 1 if anything is wrong.",
            new("catena backup verify /backups/shop", "all backups in a directory"),
            new("catena backup verify /backups/shop --backup backup-20260102T030405Z.json --json", "one, for a script"))
        {
            Folder, Only, At, Json,
        };
        command.SetAction((parsed, cancellation) => BackupAccess.GuardAsync(() => RunAsync(parsed, cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var directory = BackupReading.Open(parsed.GetRequiredValue(Folder));
        var names = parsed.GetValue(Only) is { } only ? [only] : directory.Names();
        if (names.Count == 0)
        {
            throw new CommandException(ExitCode.Failed, $"there is no backup in {parsed.GetRequiredValue(Folder)}");
        }

        var at = DigestCommand.TimeOf(parsed.GetValue(At));
        var reports = await ProgressDisplay.RunAsync(parsed.InvocationConfiguration.Error, "verify", parsed.GetValue(Json), async progress =>
        {
            var found = new List<VerifyReport>();
            foreach (var name in names)
            {
                found.Add(await Verification.RunAsync(directory, name, at, progress, cancellation).ConfigureAwait(false));
            }

            return found;
        }).ConfigureAwait(false);
        Show(parsed, reports, at);
        return reports.TrueForAll(report => report.IsGood) ? ExitCode.Ok : ExitCode.Failed;
    }

    private static void Show(ParseResult parsed, List<VerifyReport> reports, long at)
    {
        var output = parsed.InvocationConfiguration.Output;
        if (!parsed.GetValue(Json))
        {
            foreach (var report in reports)
            {
                output.WriteLine(report.IsGood
                    ? $"{report.Name}: good, {report.Digest.Keys} keys, digest {report.Digest} (keys that live at {at})"
                    : $"{report.Name}: DAMAGED");
                foreach (var problem in report.Problems)
                {
                    output.WriteLine($"  {problem}");
                }
            }

            return;
        }

        JsonOutput.Write(output, json =>
        {
            json.WriteStartObject();
            json.WriteBoolean("good", reports.TrueForAll(report => report.IsGood));
            json.WriteNumber("at", at);
            json.WriteStartArray("backups");
            foreach (var report in reports)
            {
                json.WriteStartObject();
                json.WriteString("backup", report.Name);
                json.WriteBoolean("good", report.IsGood);
                json.WriteNumber("keys", report.Digest.Keys);
                json.WriteString("digest", report.IsGood ? report.Digest.ToString() : null);
                json.WriteStartArray("problems");
                foreach (var problem in report.Problems)
                {
                    json.WriteStringValue(problem);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }
}
