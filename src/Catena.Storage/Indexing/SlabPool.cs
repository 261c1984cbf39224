using System.Runtime.InteropServices;
using Catena.Storage.Devices;

namespace Catena.Storage.Indexing;

/// <summary>The memory of all indexes of the process, outside the garbage-collected heap, in slabs of one size that are cut from huge pages.</summary>
/// <remarks>
/// Thread-safe. Many small indexes share a huge page, so that none has to be large before address translations and page faults are saved. The first chunks are of ordinary pages, of which only
/// what is touched takes memory: a node that holds little takes little. A chunk goes back to the system once all of its slabs have come back.
/// </remarks>
internal static unsafe class SlabPool
{
    /// <summary>The bytes of a slab.</summary>
    internal const int SlabBytes = 128 << 10;

    private const int ChunkBytes = 2 << 20;
    private const int SlabsOfChunk = ChunkBytes / SlabBytes;
    private const int OrdinaryChunks = 8;

    private static readonly Lock Gate = new();
    private static readonly Dictionary<nint, Stack<nint>> Chunks = [];
    private static readonly HashSet<nint> WithRoom = [];

    /// <summary>The memory that is taken from the system.</summary>
    internal static long MemoryBytes
    {
        get
        {
            lock (Gate)
            {
                return (long)Chunks.Count * ChunkBytes;
            }
        }
    }

    /// <summary>A slab with undefined content.</summary>
    internal static nint Take()
    {
        lock (Gate)
        {
            if (WithRoom.Count == 0)
            {
                AddChunk();
            }

            var chunk = WithRoom.First();
            var free = Chunks[chunk];
            var slab = free.Pop();
            if (free.Count == 0)
            {
                WithRoom.Remove(chunk);
            }

            return slab;
        }
    }

    /// <summary>Gives a slab back that nobody reads or writes any more.</summary>
    internal static void Return(nint slab)
    {
        lock (Gate)
        {
            // Chunks are aligned to their size.
            var chunk = slab & ~(nint)(ChunkBytes - 1);
            var free = Chunks[chunk];
            free.Push(slab);
            WithRoom.Add(chunk);
            if (free.Count == SlabsOfChunk)
            {
                WithRoom.Remove(chunk);
                Chunks.Remove(chunk);
                NativeMemory.AlignedFree((void*)chunk);
            }
        }
    }

    private static void AddChunk()
    {
        var chunk = (nint)NativeMemory.AlignedAlloc(ChunkBytes, ChunkBytes);
        if (Chunks.Count >= OrdinaryChunks)
        {
            Platform.PreferHugePages(chunk, ChunkBytes);
        }

        var free = new Stack<nint>(SlabsOfChunk);
        for (var index = SlabsOfChunk - 1; index >= 0; index--)
        {
            free.Push(chunk + (index * SlabBytes));
        }

        Chunks.Add(chunk, free);
        WithRoom.Add(chunk);
    }
}
