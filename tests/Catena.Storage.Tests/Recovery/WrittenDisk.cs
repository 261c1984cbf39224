using Catena.Core.Primitives;
using Catena.Storage.Tests.Disks;

namespace Catena.Storage.Tests.Recovery;

/// <summary>A disk with some partitions, of which every key's value says which write it is from.</summary>
internal static class WrittenDisk
{
    internal const int Partitions = 5;
    internal const int Entries = 200;

    internal static MemoryDisk Create(bool close, int entries = Entries)
    {
        var disk = new MemoryDisk();
        using var storage = Sample.Create(disk);
        for (var entry = 0; entry < entries; entry++)
        {
            for (var number = 0; number < Partitions; number++)
            {
                var store = storage.Partition(new PartitionId((ushort)number));
                Sample.Append(store, 1, Sample.Put([(byte)(entry % 16)], Sample.Bytes((entry * 7) % 90, entry + (number << 16))));
            }

            if (entry % 3 == 0)
            {
                storage.Flush(sync: true);
            }
        }

        storage.SaveNodeRecord("node"u8);
        storage.Flush(sync: true);
        if (close)
        {
            storage.Close();
        }

        return disk;
    }

    /// <summary>Where the records of the first segment end.</summary>
    internal static int JournalEnd(MemoryDisk disk) => (disk.Content(disk.Segments()[0]).AsSpan().LastIndexOfAnyExcept((byte)0) + 8) & -8;
}
