using System.Globalization;
using Catena.Cli.Backups;
using Catena.Cli.Backups.Network;
using Catena.Cli.CommandLine;
using Catena.Core.Primitives;

namespace Catena.Cli.Cluster;

/// <summary>Has partitions of a cluster that serves replicate in another mode.</summary>
/// <remarks>
/// Each first member is asked to propose a configuration that differs in nothing but the mode, again and again until the partition serves in
/// that mode: a first member that is taken over meanwhile forgets what it was asked. To ask for what is so already changes nothing.
/// </remarks>
/// <param name="client">The cluster.</param>
/// <param name="mode">The mode.</param>
/// <param name="partitions">Which partitions; all where there are none.</param>
/// <param name="patience">How long it may take.</param>
/// <param name="progress">Hears how it goes.</param>
internal sealed class ModeRun(ClusterClient client, string mode, IReadOnlyCollection<int> partitions, TimeSpan patience, IProgressSink progress)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Changes the mode.</summary>
    /// <param name="cancellation">Gives up; what has been asked for may still come about.</param>
    /// <exception cref="CommandException">There is no such partition, or some did not change in time.</exception>
    /// <exception cref="RemoteException">The cluster cannot be reached, or refuses.</exception>
    public async Task<ModeResult> RunAsync(CancellationToken cancellation)
    {
        await client.RefreshAsync(cancellation).ConfigureAwait(false);
        if (partitions.Any(partition => partition >= client.Map.Partitions))
        {
            throw new CommandException(ExitCode.Usage, $"the cluster has the partitions 0 to {client.Map.Partitions - 1}");
        }

        var concerned = partitions.Count > 0 ? [.. partitions] : Enumerable.Range(0, client.Map.Partitions).ToHashSet();
        var changed = new HashSet<int>();
        var started = Environment.TickCount64;
        for (var problem = ""; ;)
        {
            try
            {
                var served = await client.ServedAsync(cancellation).ConfigureAwait(false);
                var left = served.Where(partition => concerned.Contains(partition.Number) && partition.Mode != mode).Select(partition => partition.Number).ToList();
                changed.UnionWith(left);
                progress.Report(concerned.Count - left.Count, concerned.Count, mode);
                if (left.Count == 0)
                {
                    return new ModeResult(concerned.Count, changed.Count);
                }

                problem = $"{left.Count} of {concerned.Count} partitions do not replicate as {mode} yet";
                await AskAsync(left, cancellation).ConfigureAwait(false);
            }
            catch (RemoteException passing) when (passing.IsPassing)
            {
                problem = passing.Message;
            }

            if (Environment.TickCount64 - started > patience.TotalMilliseconds)
            {
                throw new CommandException(
                    ExitCode.Failed, $"the mode did not become {mode} everywhere in {patience.TotalSeconds:0} s: {problem}; run the command again to go on");
            }

            await Task.Delay(Pause, cancellation).ConfigureAwait(false);
        }
    }

    private async Task AskAsync(IEnumerable<int> left, CancellationToken cancellation)
    {
        var path = $"/partitions/mode?mode={mode}";
        if (partitions.Count == 0)
        {
            foreach (var node in client.Map.Nodes)
            {
                await client.PostAsync(node, path, ReadOnlyMemory<byte>.Empty, cancellation).ConfigureAwait(false);
            }

            return;
        }

        foreach (var partition in left)
        {
            var first = client.FirstOf(new PartitionId((ushort)partition));
            var only = string.Create(CultureInfo.InvariantCulture, $"{path}&partition={partition}");
            await client.PostAsync(first, only, ReadOnlyMemory<byte>.Empty, cancellation).ConfigureAwait(false);
        }
    }
}
