using Catena.Storage.Checkpoints;
using Catena.Storage.Devices;

namespace Catena.Storage.Scrubbing;

/// <summary>Reads the manifests and checkpoints in force again.</summary>
/// <param name="device">The directory.</param>
/// <param name="identity">Whose it is.</param>
/// <param name="checkpointer">Says what is in force, and replaces what is damaged.</param>
internal sealed class CheckpointScrub(IStorageDevice device, NodeIdentity identity, Checkpointer checkpointer)
{
    /// <summary>How many files were found damaged.</summary>
    internal long Hits { get; private set; }

    /// <summary>Goes through the files; each item is about how many bytes that took.</summary>
    internal IEnumerable<long> Steps()
    {
        foreach (var manifest in checkpointer.Manifests)
        {
            foreach (var bytes in Blocks(manifest, null))
            {
                yield return bytes;
            }

            foreach (var line in manifest.Lines.Where(line => line.Number != 0))
            {
                foreach (var bytes in Blocks(manifest, line))
                {
                    yield return bytes;
                }
            }
        }
    }

    private IEnumerable<long> Blocks(Manifest manifest, ManifestLine? line)
    {
        var name = line is { } named ? CheckpointFormat.CheckpointName(named.Partition, named.Number) : CheckpointFormat.ManifestName(manifest.Number);

        // A round may have replaced it meanwhile; then nothing depends on it any more.
        if (!checkpointer.Manifests.Contains(manifest))
        {
            yield break;
        }

        using var file = TryOpen(name);
        using var blocks = file is null ? null : new BlockReader(file);
        var isGood = blocks is not null && TryBegin(file!, blocks, manifest, line);
        while (isGood && !blocks!.IsAtEnd)
        {
            isGood = TryReadBlock(blocks, out var length);
            yield return length;
        }

        if (!isGood && checkpointer.Manifests.Contains(manifest))
        {
            Hits++;
            checkpointer.ReplaceDamaged(manifest, line);
        }
    }

    private IStorageFile? TryOpen(string name) => device.Exists(name) ? device.Open(name, create: false) : null;

    private bool TryBegin(IStorageFile file, BlockReader blocks, Manifest manifest, ManifestLine? line)
    {
        file.Uncache(0, file.Length);
        return line is { } named
            ? blocks.TryBegin(CheckpointFormat.CheckpointMagic, named.Partition, named.Number, identity)
            : blocks.TryBegin(CheckpointFormat.ManifestMagic, CheckpointFormat.NoPartition, manifest.Number, identity);
    }

    private static bool TryReadBlock(BlockReader blocks, out long length)
    {
        var isGood = blocks.TryRead(out _, out var content);
        length = CheckpointFormat.BlockHeaderLength + content.Length;
        return isGood;
    }
}
