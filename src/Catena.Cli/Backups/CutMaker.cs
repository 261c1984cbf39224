using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Catena.Cli.Backups.Archive;
using Catena.Cli.Backups.Network;
using Catena.Cli.CommandLine;
using Catena.Core.Primitives;
using Catena.Server.Backups;

namespace Catena.Cli.Backups;

/// <summary>Makes cuts: finds, for every partition, where its log stood at one common moment.</summary>
/// <remarks>
/// <para>
/// All nodes are asked to hold the partitions that they decide, and answer where the logs stand. When the last has answered, all partitions are
/// held: that is the moment. Then all are released, and each says whether its hold had lasted, unbroken, until then, with nobody else able to have
/// decided anything. If that is so for every partition the marks are a consistent cut: whatever a write in the cut depends on was decided before it,
/// so before the moment, and is in the cut as well.
/// </para>
/// <para>
/// The first hold is a rehearsal, which ends by itself after a millisecond: connections that have to be made, and code that has to be compiled on either
/// side when it is used for the first time, do not make the real one longer.
/// </para>
/// <para>A hold that anything disturbed (a takeover, a pause, a lost answer, a slow machine) is tried again after a while.</para>
/// </remarks>
/// <param name="client">The cluster.</param>
/// <param name="settings">How long holds may last, and how often to try.</param>
internal sealed class CutMaker(ClusterClient client, BackupSettings settings)
{
    private static readonly TimeSpan Rehearsal = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(3);

    /// <summary>Makes a cut.</summary>
    /// <param name="chains">What has been copied: no mark may be before its end.</param>
    /// <param name="cancellation">Gives up; holds end by themselves.</param>
    /// <returns>Each partition's last entry.</returns>
    /// <exception cref="CommandException">Every try was disturbed.</exception>
    public async Task<Lsn[]> MakeAsync(PartitionChain[] chains, CancellationToken cancellation)
    {
        var problem = "";
        var pause = FirstPause;
        await HoldAllAsync(Rehearsal, cancellation).ConfigureAwait(false);
        for (var attempt = 0; attempt < settings.CutTries; attempt++)
        {
            try
            {
                await client.RefreshAsync(cancellation).ConfigureAwait(false);
                var marks = await TryAsync(cancellation).ConfigureAwait(false);
                var behind = Enumerable.Range(0, chains.Length).Where(index => marks[index] < chains[index].Through).ToList();
                if (behind.Count == 0)
                {
                    return marks;
                }

                problem = $"the log of partition {behind[0]} stood at {marks[behind[0]]}, before {chains[behind[0]].Through}, which had been read from it";
            }
            catch (RemoteException refused)
            {
                problem = refused.Message;
            }

            await Task.Delay(pause, cancellation).ConfigureAwait(false);
            pause = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, pause.Ticks * 3 / 2));
        }

        throw new CommandException(
            ExitCode.Failed, $"no cut could be made in {settings.CutTries} tries: {problem}. A longer --hold may help, up to 2s; what has been copied is used again by the next run");
    }

    private static IEnumerable<(int Partition, Lsn Last)> MarksOf(JsonElement answer)
    {
        foreach (var mark in answer.GetProperty("partitions").EnumerateArray())
        {
            yield return (mark.GetProperty("partition").GetInt32(), Lsn.TryParse(mark.GetProperty("last").GetString(), out var last) ? last : Lsn.Zero);
        }
    }

    private async Task<Lsn[]> TryAsync(CancellationToken cancellation)
    {
        var map = client.Map;
        var (held, released) = await HoldAllAsync(settings.Hold, cancellation).ConfigureAwait(false);
        var marks = new Lsn[map.Partitions];
        var isSure = new bool[map.Partitions];
        foreach (var (node, answer) in held)
        {
            if (answer is not { } begun || released.GetValueOrDefault(node) is not { } ended)
            {
                continue;
            }

            var unbroken = ended.GetProperty("unbroken").EnumerateArray().Select(partition => partition.GetInt32()).ToHashSet();
            foreach (var (partition, last) in MarksOf(begun).Where(mark => mark.Partition < marks.Length && unbroken.Contains(mark.Partition)))
            {
                marks[partition] = last;
                isSure[partition] = true;
            }
        }

        var missing = Array.IndexOf(isSure, false);
        return missing < 0
            ? marks
            : throw new RemoteException(FailureCodes.Busy, $"partition {missing} was not held without a break; {isSure.Count(sure => !sure)} of {isSure.Length} were not");
    }

    /// <summary>Has all nodes hold, and then release, what they decide.</summary>
    private async Task<(Dictionary<HostPort, JsonElement?> Held, Dictionary<HostPort, JsonElement?> Released)> HoldAllAsync(TimeSpan limit, CancellationToken cancellation)
    {
        var map = client.Map;
        var hold = (BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))) & long.MaxValue) | 1;
        var number = hold.ToString(CultureInfo.InvariantCulture);
        var begin = string.Create(CultureInfo.InvariantCulture, $"/backup/hold?hold={number}&milliseconds={(long)limit.TotalMilliseconds}");
        var held = await AskAllAsync(map, begin, cancellation).ConfigureAwait(false);

        // Now every partition that was told of is held: the common moment.
        return (held, await AskAllAsync(map, $"/backup/release?hold={number}", cancellation).ConfigureAwait(false));
    }

    /// <summary>Asks all nodes at once; a node that does not answer is one of which nothing is known.</summary>
    private async Task<Dictionary<HostPort, JsonElement?>> AskAllAsync(ClusterMap map, string path, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(2 * settings.Hold);
        var answers = await Task.WhenAll(map.Nodes.Select(async node =>
        {
            try
            {
                return (node, Answer: (JsonElement?)await client.PostAsync(node, path, ReadOnlyMemory<byte>.Empty, limit.Token).ConfigureAwait(false));
            }
            catch (Exception silent) when (silent is RemoteException || (silent is OperationCanceledException && !cancellation.IsCancellationRequested))
            {
                return (node, Answer: null);
            }
        })).ConfigureAwait(false);
        return answers.ToDictionary(answer => answer.node, answer => answer.Answer);
    }
}
