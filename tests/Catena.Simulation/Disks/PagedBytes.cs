namespace Catena.Simulation.Disks;

/// <summary>The content of a file, in pages of 4 KiB that exist once they are written to; the rest reads as zeros.</summary>
internal sealed class PagedBytes
{
    /// <summary>Bytes a page.</summary>
    public const int PageSize = 4096;

    private readonly List<byte[]?> _pages = [];
    private long _reserved;

    /// <summary>The file's length.</summary>
    public long Length { get; private set; }

    /// <summary>The bytes of the pages that exist or are reserved.</summary>
    public long Allocated { get; private set; }

    /// <summary>The numbers of the pages that exist, in order.</summary>
    public IEnumerable<int> Pages => Enumerable.Range(0, _pages.Count).Where(page => _pages[page] is not null);

    /// <summary>A copy that changes on its own.</summary>
    public PagedBytes Clone()
    {
        var clone = new PagedBytes { Length = Length, Allocated = Allocated, _reserved = _reserved };
        clone._pages.AddRange(_pages.Select(page => (byte[]?)page?.Clone()));
        return clone;
    }

    /// <summary>How many bytes a write would newly allocate.</summary>
    public long Growth(long offset, long count)
    {
        long growth = 0;
        for (var page = Math.Max(offset / PageSize, _reserved); count > 0 && page <= (offset + count - 1) / PageSize; page++)
        {
            growth += Exists(page) ? 0 : PageSize;
        }

        return growth;
    }

    /// <summary>Makes the file at least this long and takes the space for it.</summary>
    public void Reserve(long length)
    {
        var pages = (length + PageSize - 1) / PageSize;
        Allocated += Growth(0, length);
        _reserved = Math.Max(_reserved, pages);
        Length = Math.Max(Length, length);
    }

    /// <summary>Writes, and extends the file where necessary.</summary>
    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        Length = Math.Max(Length, offset + bytes.Length);
        while (!bytes.IsEmpty)
        {
            var within = (int)(offset % PageSize);
            var part = Math.Min(bytes.Length, PageSize - within);
            bytes[..part].CopyTo(PageAt(offset).AsSpan(within));
            bytes = bytes[part..];
            offset += part;
        }
    }

    /// <summary>Reads what there is.</summary>
    /// <returns>How many bytes; fewer than asked for only at the file's end.</returns>
    public int Read(long offset, Span<byte> target)
    {
        var count = (int)Math.Clamp(Length - offset, 0, target.Length);
        target = target[..count];
        while (!target.IsEmpty)
        {
            var within = (int)(offset % PageSize);
            var part = Math.Min(target.Length, PageSize - within);
            var index = (int)(offset / PageSize);
            if (index < _pages.Count && _pages[index] is { } page)
            {
                page.AsSpan(within, part).CopyTo(target);
            }
            else
            {
                target[..part].Clear();
            }

            target = target[part..];
            offset += part;
        }

        return count;
    }

    /// <summary>Cuts the file or extends it by zeros.</summary>
    public void SetLength(long length)
    {
        if (length < Length)
        {
            var keep = (int)((length + PageSize - 1) / PageSize);
            for (long page = keep; page < Math.Max(_pages.Count, _reserved); page++)
            {
                Allocated -= page < _reserved || Exists(page) ? PageSize : 0;
            }

            _reserved = Math.Min(_reserved, keep);

            if (keep < _pages.Count)
            {
                _pages.RemoveRange(keep, _pages.Count - keep);
            }

            if (length % PageSize != 0 && keep <= _pages.Count && _pages[keep - 1] is { } last)
            {
                last.AsSpan((int)(length % PageSize)).Clear();
            }
        }

        Length = length;
    }

    private bool Exists(long page) => page < _pages.Count && _pages[(int)page] is not null;

    private byte[] PageAt(long offset)
    {
        var index = (int)(offset / PageSize);
        while (_pages.Count <= index)
        {
            _pages.Add(null);
        }

        if (_pages[index] is not { } page)
        {
            page = new byte[PageSize];
            _pages[index] = page;
            Allocated += index < _reserved ? 0 : PageSize;
        }

        return page;
    }
}
