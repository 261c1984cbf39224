using System.Buffers;
using Catena.Core.Primitives;
using Catena.Core.Replication.Messages;
using Catena.Server.Tests.Backups;

namespace Catena.Server.Tests.Partitions;

/// <summary>A copy whose state is not a majority's is given up where it is.</summary>
public sealed class DivergedCopyTests
{
    private static readonly PartitionId Partition = new(0);
    private static readonly NodeId Self = new(7);
    private static readonly NodeId Other = new(9);
    private static readonly NodeId Third = new(11);

    [Fact]
    public void A_member_gives_its_copy_up_on_the_first_members_word()
    {
        using var node = Written();
        node.Configure(Partition, 2, Other, Self, Third);
        node.Flush();
        node.Host().Receive(Other, Sums(node, 2, isVerdict: true));
        Assert.True(node.Host().Status.HasGivenUp);
        Assert.Equal(1, node.Host().Damage.GivenUp);
        Assert.Equal(0, node.Host().Keys);
    }

    [Theory]
    [InlineData(2, 11)]
    [InlineData(1, 9)]
    public void The_word_of_another_member_or_of_an_earlier_epoch_changes_nothing(ulong epoch, ulong from)
    {
        using var node = Written();
        node.Configure(Partition, 2, Other, Self, Third);
        node.Flush();
        node.Host().Receive(new NodeId(from), Sums(node, epoch, isVerdict: true));
        Assert.False(node.Host().Status.HasGivenUp);
        Assert.Equal(3, node.Host().Keys);
    }

    [Fact]
    public void A_first_member_from_which_all_others_differ_gives_its_own_copy_up()
    {
        using var node = Written();
        node.Configure(Partition, 2, Self, Other, Third);
        node.Flush();
        node.Host().Receive(Other, Sums(node, 2, isVerdict: false));
        Assert.False(node.Host().Status.HasGivenUp);
        node.Host().Receive(Third, Sums(node, 2, isVerdict: false));
        Assert.True(node.Host().Status.HasGivenUp);
    }

    [Fact]
    public void A_reading_that_began_before_tells_nothing_of_what_takes_its_place()
    {
        using var node = Written();
        Assert.True(node.Host().TryBeginReading(out var reading));
        using (reading)
        {
            var piece = new ArrayBufferWriter<byte>();
            Assert.True(reading.TryReadPiece([], 1000, piece, out _));
            node.Configure(Partition, 2, Other, Self, Third);
            node.Flush();
            node.Host().Receive(Other, Sums(node, 2, isVerdict: true));
            Assert.False(reading.TryReadPiece([], 1000, piece, out _));
            Assert.False(reading.TryReadLog(Lsn.Zero, 3, 1000, piece, out _));
        }
    }

    [Fact]
    public void Of_two_that_differ_neither_is_given_up_and_people_are_told()
    {
        using var node = Written();
        node.Configure(Partition, 2, Self, Other);
        node.Flush();
        node.Host().Receive(Other, Sums(node, 2, isVerdict: false));
        Assert.False(node.Host().Status.HasGivenUp);
        Assert.Contains("no majority agrees", node.Host().Damage.Last, StringComparison.Ordinal);
    }

    private static LoneNode Written()
    {
        var node = new LoneNode();
        node.Core.SetPeers([Other, Third]);
        foreach (var key in new[] { "a", "b", "c" })
        {
            node.Put(key, key);
            node.Flush();
        }

        return node;
    }

    /// <summary>A sum that no state here has, at the position that is applied.</summary>
    private static StateSums Sums(LoneNode node, ulong epoch, bool isVerdict)
    {
        var status = node.Host().Status;
        Assert.True(status.Applied > 0);
        return new StateSums(new Epoch(epoch), isVerdict, [new StateSum(new Lsn(new Epoch(1), status.Applied), 0xDEADBEEF)]);
    }
}
