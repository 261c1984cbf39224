using System.CommandLine;
using System.Globalization;
using Catena.Cli.Backups.Network;
using Catena.Cli.CommandLine;
using Catena.Core.Primitives;
using Catena.Server.Backups;

namespace Catena.Cli.Backups;

/// <summary>The command <c>catena digest</c>.</summary>
internal static class DigestCommand
{
    private static readonly Option<long> At = AtOption();
    private static readonly Option<bool> Json = JsonOutput.Option();
    private static readonly BackupAccess Access = new();

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new DocumentedCommand(
            "digest",
            "Sums up all keys of a cluster, their values and expiry times, whatever their versions and partitions: two clusters, or a cluster and a backup "
            + "('catena backup verify'), with the same digest hold the same. Each partition is read at a moment of its own, so compare where writes rest.",
            new("catena digest", "the cluster on this machine"),
            new("catena digest --node 10.0.0.5:7301 --json", "one elsewhere, for a script"))
        {
            At, Json,
        };
        Access.AddTo(command);
        command.SetAction((parsed, cancellation) => BackupAccess.GuardAsync(() => RunAsync(parsed, cancellation)));
        return command;
    }

    /// <summary>The option <c>--at</c>.</summary>
    public static Option<long> AtOption() => new("--at")
    {
        Description = "Count the keys that live at this time, in milliseconds since 1970 UTC: the same on both sides of a comparison, where keys expire. [default: now]",
        HelpName = "time",
        DefaultValueFactory = _ => -1,
    };

    /// <summary>The time that the option gives.</summary>
    public static long TimeOf(long at) => at >= 0 ? at : TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Sums up a cluster.</summary>
    /// <param name="client">The cluster.</param>
    /// <param name="at">Which keys count.</param>
    /// <param name="progress">Hears how it goes.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<ContentDigest> SumAsync(ClusterClient client, long at, IProgressSink progress, CancellationToken cancellation)
    {
        await client.RetryAsync(async () =>
        {
            await client.RefreshAsync(cancellation).ConfigureAwait(false);
            return true;
        }, cancellation).ConfigureAwait(false);
        var sum = default(ContentDigest);
        for (var index = 0; index < client.Map.Partitions; index++)
        {
            var partition = new PartitionId((ushort)index);
            var path = string.Create(CultureInfo.InvariantCulture, $"/backup/partitions/{index}/digest?at={at}");
            var answer = await client.RetryAsync(() => client.GetAsync(client.FirstOf(partition), path, cancellation), cancellation).ConfigureAwait(false);
            sum.Add(ContentDigest.Parse(answer.GetProperty("keys").GetUInt64(), answer.GetProperty("digest").GetString()!));
            progress.Report(index + 1, client.Map.Partitions, $"{sum.Keys} keys");
        }

        return sum;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var at = TimeOf(parsed.GetValue(At));
        using var client = Access.Client(parsed);
        var digest = await ProgressDisplay.RunAsync(
            parsed.InvocationConfiguration.Error, "digest", parsed.GetValue(Json), progress => SumAsync(client, at, progress, cancellation)).ConfigureAwait(false);
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(Json))
        {
            JsonOutput.Write(output, json =>
            {
                json.WriteStartObject();
                json.WriteString("cluster", client.Map.Id);
                json.WriteNumber("at", at);
                json.WriteNumber("keys", digest.Keys);
                json.WriteString("digest", digest.ToString());
                json.WriteEndObject();
            });
        }
        else
        {
            await output.WriteLineAsync($"{digest.Keys} keys, digest {digest} (keys that live at {at})").ConfigureAwait(false);
        }

        return ExitCode.Ok;
    }
}
