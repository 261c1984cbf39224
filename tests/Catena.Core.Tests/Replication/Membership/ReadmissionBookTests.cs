using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Replication.Membership;

namespace Catena.Core.Tests.Replication.Membership;

/// <summary>How long a replica that was dropped waits before it may be promoted again.</summary>
public class ReadmissionBookTests
{
    private const long Delay = 10;
    private const long Longest = 1_000_000;
    private static readonly NodeId A = new(1);
    private static readonly NodeId B = new(2);
    private readonly ReadmissionBook _book = new(new ReplicaOptions
    {
        Self = B,
        Partition = new PartitionId(0),
        Incarnation = 1,
        MinInSync = 1,
        ReadmissionDelay = Delay,
        MaxReadmissionDelay = Longest,
    });

    [Fact]
    public void Who_was_never_dropped_does_not_wait()
    {
        _book.Dropped(A, 100);
        Assert.True(_book.Allows(B, 100));
    }

    [Theory]
    [InlineData(1, Delay)]
    [InlineData(2, 2 * Delay)]
    [InlineData(3, 4 * Delay)]
    [InlineData(15, 16_384 * Delay)]
    [InlineData(16, Longest)]
    [InlineData(100, Longest)]
    public void Each_drop_doubles_the_wait_up_to_the_longest(int drops, long wait)
    {
        Drop(drops, 100);
        Assert.False(_book.Allows(A, 100 + wait - 1));
        Assert.True(_book.Allows(A, 100 + wait));
    }

    [Fact]
    public void Drops_are_forgotten_after_twice_the_longest_wait()
    {
        Drop(3, 0);
        var forgotten = (4 * Delay) + (2 * Longest);
        Assert.True(_book.Allows(A, forgotten));
        Drop(1, forgotten);
        Assert.False(_book.Allows(A, forgotten + Delay - 1));
        Assert.True(_book.Allows(A, forgotten + Delay));
    }

    [Fact]
    public void Drops_are_not_forgotten_earlier()
    {
        Drop(3, 0);
        var remembered = (4 * Delay) + (2 * Longest) - 1;
        Assert.True(_book.Allows(A, remembered));
        Drop(1, remembered);
        Assert.False(_book.Allows(A, remembered + (8 * Delay) - 1));
        Assert.True(_book.Allows(A, remembered + (8 * Delay)));
    }

    private void Drop(int times, long now)
    {
        for (var drop = 0; drop < times; drop++)
        {
            _book.Dropped(A, now);
        }
    }
}
