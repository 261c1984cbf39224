using Catena.Core.Primitives;
using Catena.Storage.Devices;
using Catena.Storage.Partitions;
using Catena.Storage.Recovery;

namespace Catena.Storage.Checkpoints;

/// <summary>Loads the newest checkpoints that are whole, and falls back to those before them.</summary>
/// <remarks>
/// The last two manifests are kept with all that they name, and the journal from the older one on; so either manifest, or any one checkpoint of
/// the newer, may be damaged, and all that it costs is a longer replay. A partition that has no whole checkpoint in either cannot be
/// proved complete and is given up.
/// </remarks>
/// <param name="device">The directory.</param>
/// <param name="identity">Whose it is.</param>
/// <param name="threads">How many partitions are loaded at a time.</param>
/// <param name="open">Opens a partition's store, empty.</param>
internal sealed class CheckpointLoader(IStorageDevice device, NodeIdentity identity, int threads, Func<PartitionId, PartitionStore> open)
{
    /// <summary>The manifests that are whole, newest first; at most two.</summary>
    internal List<Manifest> Manifests { get; } = [];

    /// <summary>What of the files named could not be read.</summary>
    internal List<string> Damaged { get; } = [];

    /// <summary>Loads what there is.</summary>
    /// <param name="node">Takes the node's own facts.</param>
    internal CheckpointLoad Load(NodeFacts node)
    {
        foreach (var number in Manifest.NumbersOf(device).Take(2))
        {
            if (Manifest.TryRead(device, number, identity) is { } manifest)
            {
                Manifests.Add(manifest);
            }
            else
            {
                Damaged.Add(CheckpointFormat.ManifestName(number));
            }
        }

        if (Manifests is not [var newest, ..])
        {
            return CheckpointLoad.None;
        }

        node.TakeOver(newest.Node);

        // Made before several threads ask.
        Manifests.ForEach(manifest => manifest.Find(default));
        var partitions = new (PartitionId, long, bool)[newest.Lines.Count];
        if (threads == 1)
        {
            for (var index = 0; index < partitions.Length; index++)
            {
                partitions[index] = Load(newest.Lines[index]);
            }
        }
        else
        {
            Parallel.For(
                0, partitions.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, index => partitions[index] = Load(newest.Lines[index]));
        }

        return new CheckpointLoad(newest.NodeFrom, partitions);
    }

    private (PartitionId Partition, long From, bool IsLoaded) Load(ManifestLine newest)
    {
        var candidates = Manifests.Select(manifest => manifest.Find(newest.Partition)).OfType<ManifestLine>().DistinctBy(line => line.Number);
        foreach (var line in candidates)
        {
            if (line.Number == 0 || TryLoad(line))
            {
                return (line.Partition, line.From, true);
            }

            lock (Damaged)
            {
                Damaged.Add(CheckpointFormat.CheckpointName(line.Partition, line.Number));
            }
        }

        return (newest.Partition, newest.From, false);
    }

    private bool TryLoad(ManifestLine line)
    {
        var name = CheckpointFormat.CheckpointName(line.Partition, line.Number);
        if (!device.Exists(name))
        {
            return false;
        }

        using var file = device.Open(name, create: false);
        using var blocks = new BlockReader(file);
        if (!blocks.TryBegin(CheckpointFormat.CheckpointMagic, line.Partition, line.Number, identity)
            || !blocks.TryRead(out var kind, out var content)
            || kind != BlockKind.Facts
            || PartitionFacts.TryRead(content) is not { } facts)
        {
            return false;
        }

        var store = open(line.Partition);
        var state = store.EmptyState();
        if (TryLoadEntries(blocks, state, out var exactFrom) && exactFrom >= facts.Applied && store.TryRestore(facts, state, exactFrom, line.From))
        {
            return true;
        }

        state.Dispose();
        return false;
    }

    private static bool TryLoadEntries(BlockReader blocks, PartitionState state, out ulong exactFrom)
    {
        exactFrom = 0;
        state.BeginLoad();
        try
        {
            Span<byte> last = new byte[Core.Data.StoredKey.MaxLength];
            var lastLength = -1;
            while (blocks.TryRead(out var kind, out var content))
            {
                var reader = new ByteReader(content);
                if (kind == BlockKind.End)
                {
                    var count = reader.ReadVarint();
                    exactFrom = reader.ReadVarint();
                    return reader.IsAtEnd && blocks.IsAtEnd && (ulong)state.Count == count;
                }

                if (kind != BlockKind.Entries)
                {
                    return false;
                }

                while (!reader.Rest.IsEmpty)
                {
                    if (!EntryCodec.TryRead(ref reader, out var key, out var entry, out var value)
                        || (lastLength >= 0 && key.SequenceCompareTo(last[..lastLength]) <= 0))
                    {
                        return false;
                    }

                    state.Load(key, entry, value);
                    key.CopyTo(last);
                    lastLength = key.Length;
                }
            }

            return false;
        }
        finally
        {
            state.EndLoad();
        }
    }
}
