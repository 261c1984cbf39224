using System.Runtime.InteropServices;
using Catena.Storage.Devices;

namespace Catena.Storage.Indexing;

/// <summary>Pages of fixed size outside the garbage-collected heap, known by number.</summary>
/// <remarks>
/// One thread at a time allocates and frees; any may look up. A page's memory stays mapped until the whole space is freed, which
/// happens on disposal or, where readers may still be inside, once the collector has seen that nobody refers to the
/// space any more; so a reader that races with a writer reads nonsense at worst, and so does one of a page that was never written.
/// </remarks>
internal sealed unsafe class PageSpace : IDisposable
{
    /// <summary>The bytes of a page.</summary>
    internal const int PageSize = 4096;

    private const int PagesPerSlabBits = 5;
    private const int PagesPerSlab = 1 << PagesPerSlabBits;
    private const int SlabBytes = PagesPerSlab * PageSize;

    /// <summary>The size of a huge page of the usual kind: memory is taken in such pieces once there is much of it, which saves faults and address translations.</summary>
    private const int HugePageBytes = 2 << 20;
    private const int SlabsBeforeHugePages = (4 << 20) / SlabBytes;

    private readonly List<(nint Start, int Bytes)> _chunks = [];
    private volatile nint[] _slabs = new nint[4];
    private nint _chunkNext;
    private int _chunkRest;
    private int _slabCount;
    private uint _next = 1;
    private uint _firstFree;
    private bool _freed;

    /// <summary>Frees the memory of a space that nobody refers to.</summary>
    ~PageSpace() => FreeAll();

    /// <summary>How many pages are allocated.</summary>
    internal int PagesInUse { get; private set; }

    /// <summary>A page's memory, or null where there is no such page.</summary>
    internal byte* TryGet(uint page)
    {
        var slabs = _slabs;
        var slab = page >> PagesPerSlabBits;
        if (page == 0 || slab >= (uint)slabs.Length || slabs[slab] == 0)
        {
            return null;
        }

        return (byte*)slabs[slab] + ((page & (PagesPerSlab - 1)) * PageSize);
    }

    /// <summary>A page's memory.</summary>
    /// <exception cref="InvalidOperationException">There is no such page: the index is broken.</exception>
    internal byte* Get(uint page)
    {
        var memory = TryGet(page);
        return memory is null ? throw new InvalidOperationException($"The index refers to page {page}, which does not exist.") : memory;
    }

    /// <summary>A page with undefined content.</summary>
    internal uint Allocate()
    {
        PagesInUse++;
        if (_firstFree != 0)
        {
            var reused = _firstFree;
            _firstFree = *(uint*)(Get(reused) + IndexPage.LinkAt);
            return reused;
        }

        var slab = (int)(_next >> PagesPerSlabBits);
        if (slab >= _slabCount)
        {
            AddSlab(slab);
        }

        return _next++;
    }

    /// <summary>Gives a page back.</summary>
    internal void Free(uint page)
    {
        PagesInUse--;
        var memory = Get(page);
        memory[IndexPage.KindAt] = IndexPage.Free;
        *(uint*)(memory + IndexPage.LinkAt) = _firstFree;
        _firstFree = page;
    }

    /// <summary>Frees all memory at once; nobody may be reading.</summary>
    public void Dispose()
    {
        FreeAll();
        GC.SuppressFinalize(this);
    }

    private void AddSlab(int slab)
    {
        var slabs = _slabs;
        if (slab >= slabs.Length)
        {
            Array.Resize(ref slabs, slabs.Length * 2);
        }

        if (_chunkRest == 0)
        {
            AddChunk(slab < SlabsBeforeHugePages ? SlabBytes : HugePageBytes);
        }

        slabs[slab] = _chunkNext;
        _chunkNext += SlabBytes;
        _chunkRest -= SlabBytes;
        _slabs = slabs;
        Volatile.Write(ref _slabCount, slab + 1);
    }

    private void AddChunk(int bytes)
    {
        _chunkNext = (nint)NativeMemory.AlignedAlloc((nuint)bytes, (nuint)Math.Max(PageSize, bytes == HugePageBytes ? bytes : 0));
        _chunkRest = bytes;
        _chunks.Add((_chunkNext, bytes));
        GC.AddMemoryPressure(bytes);
        if (bytes == HugePageBytes)
        {
            Platform.PreferHugePages(_chunkNext, bytes);
        }
    }

    private void FreeAll()
    {
        if (_freed)
        {
            return;
        }

        _freed = true;
        _slabs = [];
        foreach (var (chunk, bytes) in _chunks)
        {
            NativeMemory.AlignedFree((void*)chunk);
            GC.RemoveMemoryPressure(bytes);
        }
    }
}
