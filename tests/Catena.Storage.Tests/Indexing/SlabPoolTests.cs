using Catena.Storage.Indexing;

namespace Catena.Storage.Tests.Indexing;

public sealed class SlabPoolTests
{
    [Fact]
    public unsafe void Slabs_overlap_nowhere_and_what_came_back_is_used_again()
    {
        const int Count = 300;
        var slabs = Enumerable.Range(0, Count).Select(_ => SlabPool.Take()).ToList();
        Assert.Equal(Count, slabs.Distinct().Count());
        var sorted = slabs.Order().ToList();
        Assert.All(sorted.Zip(sorted.Skip(1)), pair => Assert.True(pair.Second - pair.First >= SlabPool.SlabBytes));
        foreach (var slab in slabs)
        {
            new Span<byte>((void*)slab, SlabPool.SlabBytes).Fill(7);
        }

        var full = SlabPool.MemoryBytes;
        slabs.ForEach(SlabPool.Return);

        // Other tests have slabs too; most chunks were of this one alone.
        Assert.True(SlabPool.MemoryBytes < full - (Count * SlabPool.SlabBytes / 2), $"{SlabPool.MemoryBytes} of {full} bytes are held");
    }
}
