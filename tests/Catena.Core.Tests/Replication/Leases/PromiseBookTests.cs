using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Replication.Leases;

namespace Catena.Core.Tests.Replication.Leases;

/// <summary>When a grantor may acknowledge an epoch.</summary>
public class PromiseBookTests
{
    private static readonly NodeId A = new(1);
    private static readonly NodeId B = new(2);
    private static readonly NodeId C = new(3);
    private static readonly HashSet<NodeId> Nobody = [];

    [Fact]
    public void A_promise_stands_in_the_way_of_another_reader_until_it_has_run_out()
    {
        var book = new PromiseBook(0);
        book.Make(A, 100);
        Assert.False(book.Allows(ReadBy(B), Nobody, 99));
        Assert.True(book.Allows(ReadBy(B), Nobody, 100));
    }

    [Fact]
    public void A_promise_that_is_renewed_again_and_again_takes_no_more_room()
    {
        var book = new PromiseBook(0);
        book.Make(A, 100);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var until = 101; until < 10_000; until++)
        {
            book.Make(A, until);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void A_promise_to_the_reader_of_the_new_epoch_stands_in_nobodys_way()
    {
        var book = new PromiseBook(0);
        book.Make(A, 100);
        Assert.True(book.Allows(ReadBy(A), Nobody, 0));
    }

    [Fact]
    public void A_reader_that_has_acknowledged_the_epoch_holds_nobody_up()
    {
        var book = new PromiseBook(0);
        book.Make(A, 100);
        Assert.False(book.Allows(ReadBy(B), new HashSet<NodeId> { C }, 0));
        Assert.True(book.Allows(ReadBy(B), new HashSet<NodeId> { A }, 0));
    }

    [Fact]
    public void All_promises_are_waited_out_and_not_only_the_last()
    {
        var book = new PromiseBook(0);
        book.Make(A, 100);
        book.Make(B, 50);
        Assert.False(book.Allows(ReadBy(C), Nobody, 60));
        Assert.False(book.Allows(ReadBy(B), Nobody, 60));
        Assert.True(book.Allows(ReadBy(C), Nobody, 100));
    }

    [Fact]
    public void A_later_promise_never_shortens_an_earlier_one()
    {
        var book = new PromiseBook(0);
        book.Make(A, 100);
        book.Make(A, 80);
        Assert.False(book.Allows(ReadBy(B), Nobody, 90));
    }

    [Fact]
    public void A_returned_lease_ends_the_promises_to_that_reader_only()
    {
        var book = new PromiseBook(0);
        book.Make(A, 100);
        book.Make(B, 100);
        book.Return(A);
        Assert.False(book.Allows(ReadBy(C), Nobody, 0));
        Assert.True(book.Allows(ReadBy(B), Nobody, 0));
    }

    [Fact]
    public void After_a_restart_nothing_is_allowed_before_every_earlier_promise_has_run_out()
    {
        var book = new PromiseBook(100);
        Assert.False(book.Allows(ReadBy(A), new HashSet<NodeId> { A, B, C }, 99));
        Assert.True(book.Allows(ReadBy(A), Nobody, 100));
    }

    private static Configuration ReadBy(NodeId reader) => new() { Epoch = new Epoch(2), Mode = ReplicationMode.PrimaryBackup, Members = [reader] };
}
