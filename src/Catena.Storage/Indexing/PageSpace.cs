namespace Catena.Storage.Indexing;

/// <summary>Pages of fixed size outside the garbage-collected heap, known by number.</summary>
/// <remarks>
/// One thread at a time allocates and frees; any may look up. A page's memory stays mapped until the whole space is freed, which
/// happens on disposal or, where readers may still be inside, once the collector has seen that nobody refers to the
/// space any more; so a reader that races with a writer reads nonsense at worst, and one of a page that was never written sees a free one.
/// </remarks>
internal sealed unsafe class PageSpace : IDisposable
{
    /// <summary>The bytes of a page.</summary>
    internal const int PageSize = 4096;

    private const uint PagesPerSlab = SlabPool.SlabBytes / PageSize;

    private volatile nint[] _slabs = new nint[4];
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
        var slab = page / PagesPerSlab;
        if (page == 0 || slab >= (uint)slabs.Length || slabs[slab] == 0)
        {
            return null;
        }

        return (byte*)slabs[slab] + ((page % PagesPerSlab) * PageSize);
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

        var slab = (int)(_next / PagesPerSlab);
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

        var memory = SlabPool.Take();
        for (var page = 0; page < PagesPerSlab; page++)
        {
            // What another index has left must not look like something of this one to a reader that comes here by mistake.
            ((byte*)memory)[(page * PageSize) + IndexPage.KindAt] = IndexPage.Free;
        }

        slabs[slab] = memory;
        GC.AddMemoryPressure(SlabPool.SlabBytes);
        _slabs = slabs;
        Volatile.Write(ref _slabCount, slab + 1);
    }

    private void FreeAll()
    {
        if (_freed)
        {
            return;
        }

        _freed = true;
        foreach (var slab in _slabs.AsSpan(0, _slabCount))
        {
            SlabPool.Return(slab);
            GC.RemoveMemoryPressure(SlabPool.SlabBytes);
        }

        _slabs = [];
    }
}
