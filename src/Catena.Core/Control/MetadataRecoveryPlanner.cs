using System.Collections.Immutable;
using Catena.Core.Primitives;
using Catena.Core.Replication;

namespace Catena.Core.Control;

/// <summary>Decides which configurations a coordinator that was wiped, or set back in time, must hold again.</summary>
/// <remarks>
/// <para>
/// The newest configuration that any of its members knows is the right one: a newer one would have been served only once all its members, the
/// first of which is a member of the one before, had acknowledged it. So it is enough to ask every member of the newest configuration
/// found. If a newer one was written that nobody learnt of, nobody ever acted on it, and it may be forgotten.
/// </para>
/// <para>
/// A node that is gone for good cannot be asked. It may have gone on by itself in epochs that nobody else knows, so the epoch jumps
/// (<see cref="EpochJump" />): when it comes back it finds a newer one and falls into line. Writes are safe as long as fewer nodes are
/// missing than a write needs members. Otherwise the missing may have acknowledged writes among themselves, and going on without them is for an
/// operator to decide; it raises the partition's generation.
/// </para>
/// </remarks>
public static class MetadataRecoveryPlanner
{
    /// <summary>How far the epoch is raised where a member could not be asked: further than it can have come by itself.</summary>
    public const ulong EpochJump = 1_000_000;

    /// <summary>Makes a plan.</summary>
    /// <param name="partitions">The number of partitions.</param>
    /// <param name="minInSync">How many members a write needs.</param>
    /// <param name="testimonies">What the nodes know; one a node.</param>
    /// <param name="standing">What the coordinator holds.</param>
    /// <param name="gone">Nodes that the operator says will never come back, or not before they have read the new configurations.</param>
    /// <param name="acceptsDataLoss">Whether the operator accepts that acknowledged writes may be lost.</param>
    /// <param name="nameOf">Names a node for people.</param>
    public static MetadataPlan Make(
        int partitions,
        int minInSync,
        IReadOnlyCollection<MetadataTestimony> testimonies,
        IReadOnlyDictionary<PartitionId, Configuration> standing,
        IReadOnlySet<NodeId> gone,
        bool acceptsDataLoss,
        Func<NodeId, string> nameOf)
    {
        ArgumentNullException.ThrowIfNull(testimonies);
        ArgumentNullException.ThrowIfNull(standing);
        ArgumentNullException.ThrowIfNull(gone);
        ArgumentNullException.ThrowIfNull(nameOf);
        var asked = testimonies.Select(testimony => testimony.Node).ToHashSet();
        var writes = ImmutableSortedDictionary.CreateBuilder<PartitionId, Configuration>();
        var unknown = new List<PartitionId>();
        var lossy = new List<PartitionId>();
        var objections = new List<string>();
        var silent = new SortedDictionary<NodeId, List<PartitionId>>();
        var kept = 0;
        foreach (var partition in Enumerable.Range(0, partitions).Select(number => new PartitionId((ushort)number)))
        {
            var known = testimonies.Select(testimony => testimony.Configurations.GetValueOrDefault(partition)).OfType<Configuration>().ToList();
            var newest = known.MaxBy(configuration => configuration.Epoch);
            var stands = standing.GetValueOrDefault(partition);
            if (newest is null || (stands is not null && stands.Epoch >= newest.Epoch))
            {
                if (stands is null)
                {
                    unknown.Add(partition);
                }
                else
                {
                    kept++;
                }

                continue;
            }

            if (known.Any(other => other.Epoch == newest.Epoch && other != newest))
            {
                objections.Add($"partition {partition}: two different configurations have epoch {newest.Epoch}; these nodes' data was tampered with or copied");
            }

            foreach (var member in newest.Members.Where(member => !asked.Contains(member) && !gone.Contains(member)))
            {
                silent.TryAdd(member, []);
                silent[member].Add(partition);
            }

            var next = Without(newest, asked, minInSync, out var isLossy);
            if (isLossy)
            {
                lossy.Add(partition);
            }

            writes[partition] = next;
        }

        objections.AddRange(silent.Select(node =>
            $"{nameOf(node.Key)} is a member of {Count(node.Value)} and was not asked: give its address too, or name it as gone for good"));
        if (silent.Count == 0 && lossy.Count > 0 && !acceptsDataLoss)
        {
            objections.Add($"the nodes that are gone may have acknowledged writes of {Count(lossy)} that nobody else holds: going on without them needs data loss to be accepted");
        }

        if (unknown.Count > 0 && !acceptsDataLoss)
        {
            objections.Add($"nobody knows a configuration of {Count(unknown)}: ask the nodes that hold them too; going on without them needs data loss to be accepted");
        }

        return new MetadataPlan
        {
            Writes = writes.ToImmutable(),
            Kept = kept,
            Unknown = [.. unknown],
            Lossy = [.. lossy],
            Objections = [.. objections],
        };
    }

    /// <summary>The configuration with which a partition goes on where some of its nodes could not be asked.</summary>
    private static Configuration Without(Configuration newest, HashSet<NodeId> asked, int minInSync, out bool isLossy)
    {
        isLossy = false;
        if (newest.Members.All(asked.Contains))
        {
            return newest;
        }

        var jumped = newest with { Epoch = new Epoch(newest.Epoch.Value + EpochJump) };
        var missing = newest.Members.Concat(newest.Learners).Count(node => !asked.Contains(node));
        if (missing < minInSync)
        {
            return jumped;
        }

        isLossy = true;
        var left = newest.Members.Where(asked.Contains).ToImmutableArray();

        // With no member left there is no copy to go on with: the configuration stays, for the case that one comes back after all.
        return left.IsEmpty
            ? newest
            : jumped with { Members = left, Learners = [.. newest.Learners.Where(asked.Contains)], Generation = newest.Generation + 1 };
    }

    private static string Count(List<PartitionId> partitions) =>
        partitions.Count == 1 ? $"partition {partitions[0]}" : $"{partitions.Count} partitions ({string.Join(", ", partitions.Take(8))}{(partitions.Count > 8 ? ", …" : "")})";
}
