using System.CommandLine;
using Catena.Cli.Backups.Archive;
using Catena.Cli.CommandLine;
using Catena.Server.Platform;
using Catena.Storage.Devices;

namespace Catena.Cli.Backups;

/// <summary>The command <c>catena backup</c>.</summary>
internal static class BackupCommand
{
    private const string PoolName = "pool";

    /// <summary>That of nice(1).</summary>
    private const int StandardNiceness = 10;

    private static readonly Argument<string> Folder = new("directory")
    {
        Description = "Where backups are kept; created where it does not exist. Backups in one directory share files.",
        Arity = ArgumentArity.ZeroOrOne,
        DefaultValueFactory = _ => "",
    };

    private static readonly Option<TimeSpan?> Every = new("--every")
    {
        Description = "Take a backup again and again, this long from one beginning to the next, until the process is asked to stop. [default: once]",
        HelpName = "duration",
        CustomParser = result =>
        {
            if (Durations.TryParse(result.Tokens[0].Value, out var duration))
            {
                return duration;
            }

            result.AddError($"--every '{result.Tokens[0].Value}' is no length of time; write 30s, 15m or 1h.");
            return null;
        },
    };

    private static readonly Option<int> Keep = Ranges.Option("--keep", "How many backups stay; older ones are deleted after each new one. 0 for all.", 0, 0, 1_000_000);

    private static readonly Option<TimeSpan> Hold = Durations.Option(
        "--hold", "How long writes may be held at the cut, at most 2s; usually it is a few milliseconds.", new BackupSettings().Hold);

    private static readonly Option<int> LogShare = Ranges.Option(
        "--log-share", "A partition gets a new snapshot once its log files are longer than so many percent of the present one.", 50, 0, 10_000);

    private static readonly Option<int> AtOnce = Ranges.Option("--parallel", "How many partitions are read at once; half as many as there are processors if not said otherwise, 4 at most.", new BackupSettings().Parallel, 1, 16);

    private static readonly Option<int> Nice = Ranges.Option(
        "--nice", "By how much the command goes after others where processors are short (nice(2)), on Linux; 0 for not at all.", StandardNiceness, 0, Niceness.Highest);

    private static readonly Option<bool> Json = JsonOutput.Option();
    private static readonly BackupAccess Access = new();

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new DocumentedCommand(
            "backup",
            "Copies a whole cluster, as it was at one moment, into a directory, while writes go on. Later backups in the same directory copy only what is new. "
            + "Interrupted, it goes on where it was.",
            new("catena backup /backups/shop", "the cluster on this machine, once"),
            new("catena backup /backups/shop --node 10.0.0.5:7301 --every 1h --keep 24", "one elsewhere, every hour, a day's worth"),
            new("catena backup verify /backups/shop", "read everything back and check it, without a cluster"))
        {
            Folder, Every, Keep, Hold, LogShare, AtOnce, Nice, Json,
        };
        Access.AddTo(command);
        command.Add(VerifyCommand.Create());
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        var path = parsed.GetRequiredValue(Folder);
        if (path.Length == 0)
        {
            throw new CommandException(ExitCode.Usage, "backup wants a directory: catena backup /backups/shop");
        }

        if (parsed.GetValue(Hold) > TimeSpan.FromSeconds(2))
        {
            throw new CommandException(ExitCode.Usage, "--hold is at most 2s: writes wait for that long");
        }

        // Early, since threads are as nice as who starts them.
        Niceness.RaiseProcess(parsed.GetValue(Nice));
        using var stop = StopSignal.OnEverySignal();
        using var root = BackupLock.Take(path);
        using var pool = new FileSystemDevice(Path.Combine(path, PoolName));
        var directory = new BackupDirectory(root, pool);
        return parsed.GetValue(Every) is { } interval
            ? await RepeatAsync(parsed, directory, interval, stop.Stop).ConfigureAwait(false)
            : await StoppableAsync(parsed, directory, stop.Stop).ConfigureAwait(false);
    }

    private static async Task<int> StoppableAsync(ParseResult parsed, BackupDirectory directory, CancellationToken stop)
    {
        try
        {
            return await BackupAccess.GuardAsync(() => OnceAsync(parsed, directory, stop)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw new CommandException(ExitCode.Failed, "stopped before the backup was whole; run it again to go on");
        }
    }

    private static async Task<int> RepeatAsync(ParseResult parsed, BackupDirectory directory, TimeSpan interval, CancellationToken stop)
    {
        var error = parsed.InvocationConfiguration.Error;
        while (!stop.IsCancellationRequested)
        {
            var started = Environment.TickCount64;
            try
            {
                await BackupAccess.GuardAsync(() => OnceAsync(parsed, directory, stop)).ConfigureAwait(false);
            }
            catch (CommandException failed)
            {
                await error.WriteLineAsync($"backup: this round failed, the next one tries again: {failed.Message}").ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                break;
            }

            var rest = interval - TimeSpan.FromMilliseconds(Environment.TickCount64 - started);
            if (rest > TimeSpan.Zero)
            {
                await stop.WaitAsync(rest).ConfigureAwait(false);
            }
        }

        return ExitCode.Ok;
    }

    private static async Task<int> OnceAsync(ParseResult parsed, BackupDirectory directory, CancellationToken stop)
    {
        var isJson = parsed.GetValue(Json);
        var settings = new BackupSettings { Hold = parsed.GetValue(Hold), LogShare = parsed.GetValue(LogShare) / 100.0, Parallel = parsed.GetValue(AtOnce) };
        using var client = Access.Client(parsed);
        var (result, pruned) = await ProgressDisplay.RunAsync(parsed.InvocationConfiguration.Error, "backup", isJson, async progress =>
        {
            var fetcher = new PartitionFetcher(client, directory, Access.Rate(parsed));
            var taken = await new BackupRound(client, directory, fetcher, settings, progress, TimeProvider.System).RunAsync(stop).ConfigureAwait(false);
            return (taken, directory.Prune(parsed.GetValue(Keep)));
        }).ConfigureAwait(false);
        Show(parsed, result, pruned);
        return ExitCode.Ok;
    }

    private static void Show(ParseResult parsed, BackupResult result, (int Backups, int Files) pruned)
    {
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(Json))
        {
            JsonOutput.Write(output, json =>
            {
                json.WriteStartObject();
                json.WriteString("backup", result.Name);
                json.WriteString("cluster", result.Manifest.Cluster);
                json.WriteNumber("partitions", result.Manifest.Partitions.Count);
                json.WriteNumber("partitionsShared", result.Shared);
                json.WriteNumber("bytes", result.Manifest.Bytes);
                json.WriteNumber("bytesCopied", result.Copied);
                json.WriteNumber("backupsDeleted", pruned.Backups);
                json.WriteNumber("filesDeleted", pruned.Files);
                json.WriteNumber("seconds", Math.Round(result.Elapsed.TotalSeconds, 3));
                json.WriteEndObject();
            });
            return;
        }

        output.WriteLine(
            $"{result.Name}: {result.Manifest.Partitions.Count} partitions, {Sizes.About(result.Manifest.Bytes)}, of which {Sizes.About(result.Copied)} copied in {result.Elapsed.TotalSeconds:0.0} s");
        if (pruned.Backups > 0)
        {
            output.WriteLine($"deleted {pruned.Backups} old backups and {pruned.Files} files that only they needed");
        }
    }
}
