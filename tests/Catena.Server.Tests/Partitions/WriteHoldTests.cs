using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Core.Replication.Messages;
using Catena.Server.Tests.Backups;

namespace Catena.Server.Tests.Partitions;

/// <summary>Under a hold nothing is decided that changes anything, nothing is refused for it, and it never outlives its limit.</summary>
public sealed class WriteHoldTests : IDisposable
{
    private const long Limit = 500_000_000;

    private readonly LoneNode _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void Writes_wait_for_the_release_and_are_then_decided_in_their_order()
    {
        _node.Put("a", "1", tag: 1);
        _node.Flush();
        Assert.True(_node.Host().TryHold(9, Limit, out var mark));
        _node.Put("a", "2", tag: 2);
        _node.Put("a", "3", tag: 3);
        _node.Flush();
        Assert.Equal([1], _node.Results.Select(result => result.Tag));
        Assert.Equal(mark, _node.Host().Status.Last);

        Assert.True(Released(9));
        _node.Flush();
        Assert.Equal([1, 2, 3], _node.Results.Select(result => result.Tag));
        Assert.All(_node.Results, result => Assert.Equal(ResultKind.Ok, new ResultReader(result.Result).Kind));
        _node.Get("a", tag: 4);
        Assert.Equal("3"u8.ToArray(), new ResultReader(_node.Results[^1].Result).Value.ToArray());
    }

    [Fact]
    public void Reads_go_on()
    {
        _node.Put("a", "1");
        _node.Flush();
        Assert.True(_node.Host().TryHold(9, Limit, out _));
        _node.Put("a", "2");
        _node.Get("a", tag: 5);
        Assert.Equal(5, _node.Results[^1].Tag);
        Assert.Equal("1"u8.ToArray(), new ResultReader(_node.Results[^1].Result).Value.ToArray());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void It_ends_at_its_limit_by_a_tick_or_by_the_next_command(bool byTick)
    {
        Assert.True(_node.Host().TryHold(9, Limit, out _));
        _node.Put("a", "1", tag: 1);
        _node.Ports.Now += Limit - 1;
        _node.Core.Tick();
        _node.Flush();
        Assert.Empty(_node.Results);

        _node.Ports.Now++;
        if (byTick)
        {
            _node.Core.Tick();
        }
        else
        {
            _node.Put("b", "1", tag: 2);
        }

        _node.Flush();
        Assert.Equal(byTick ? [1] : [1, 2], _node.Results.Select(result => result.Tag));
        Assert.False(Released(9));
    }

    [Fact]
    public void The_next_hold_sees_to_what_waited_for_one_that_is_over()
    {
        Assert.True(_node.Host().TryHold(9, Limit, out _));
        _node.Put("a", "1", tag: 1);
        _node.Ports.Now += Limit;
        var grown = _node.Ports.Grown;
        Assert.True(_node.Host().TryHold(10, Limit, out _));
        Assert.Equal(grown + 1, _node.Ports.Grown);
        _node.Flush();
        Assert.Equal([1], _node.Results.Select(result => result.Tag));
    }

    [Fact]
    public void A_hold_that_is_over_is_not_called_unbroken_even_where_nobody_noticed_its_end()
    {
        Assert.True(_node.Host().TryHold(9, Limit, out _));
        _node.Ports.Now += Limit;
        Assert.False(Released(9));
    }

    [Fact]
    public void Expired_keys_are_not_removed_under_a_hold_and_a_read_of_one_waits()
    {
        _node.Put("a", "1", expiry: _node.Ports.WallMilliseconds + 10);
        _node.Flush();
        Assert.True(_node.Host().TryHold(9, Limit, out var mark));
        _node.Ports.WallMilliseconds += 20;
        _node.Ports.Now += 300_000_000;
        _node.Core.Tick();
        _node.Get("a", tag: 5);
        _node.Flush();
        Assert.Equal(mark, _node.Host().Status.Last);
        Assert.DoesNotContain(_node.Results, result => result.Tag == 5);

        Assert.True(Released(9));
        _node.Flush();
        Assert.Equal(ResultKind.Nil, new ResultReader(Assert.Single(_node.Results, result => result.Tag == 5).Result).Kind);
        Assert.True(_node.Host().Status.Last.Sequence > mark.Sequence);
    }

    [Fact]
    public void One_hold_at_a_time_and_only_its_own_number_ends_it()
    {
        Assert.True(_node.Host().TryHold(9, Limit, out _));
        Assert.False(_node.Host().TryHold(10, Limit, out _));
        _node.Put("a", "1", tag: 1);
        Assert.False(Released(10));
        _node.Flush();
        Assert.Empty(_node.Results);
        Assert.True(Released(9));
        Assert.True(_node.Host().TryHold(10, Limit, out _));
    }

    [Fact]
    public void A_new_epoch_breaks_a_hold_and_who_waited_is_sent_to_where_it_is_decided_now()
    {
        Assert.True(_node.Host().TryHold(9, Limit, out _));
        _node.Put("a", "1", tag: 1);
        _node.Configure(new PartitionId(0), 2, new NodeId(8), new NodeId(7));
        Assert.Equal(ErrorCode.NotMine, new ResultReader(Assert.Single(_node.Results).Result).Error);
        Assert.False(Released(9));
    }

    [Fact]
    public void A_member_whose_leases_have_run_out_cannot_vouch_for_its_hold()
    {
        // For all it knows it has been deposed, and another has been deciding all the while.
        var backup = new NodeId(8);
        var partition = new PartitionId(0);
        _node.Configure(partition, 2, new NodeId(7), backup);
        _node.Core.Receive(backup, partition, new EpochAck(new Epoch(2), Lsn.Zero, [], 1));
        _node.Flush();
        for (var tries = 0; tries < 20 && !_node.Host().IsServing; tries++)
        {
            _node.Ports.Now += 50_000_000;
            _node.Core.Tick();
            _node.Flush();
            _node.Core.Receive(backup, partition, new AppendAck(new Epoch(2), _node.Host().Status.Last.Sequence, _node.Host().Status.Last.Sequence, 0, 0, 1));
        }

        Assert.True(_node.Host().IsServing);
        _node.Host().LeaseGranted(backup, new Epoch(2), _node.Ports.Now);
        Assert.True(_node.Host().TryHold(9, Limit, out _));
        Assert.True(Released(9));

        Assert.True(_node.Host().TryHold(10, Limit, out _));
        _node.Ports.Now += 250_000_000;
        Assert.False(Released(10));
    }

    [Fact]
    public void A_node_that_leaves_sends_away_who_waits()
    {
        Assert.True(_node.Host().TryHold(9, Limit, out _));
        _node.Put("a", "1", tag: 1);
        _node.Core.Leave();
        Assert.Equal(ErrorCode.NotMine, new ResultReader(Assert.Single(_node.Results).Result).Error);
    }

    private bool Released(ulong hold) => _node.Host().ReleaseAsync(hold) is { IsCompleted: true } released && released.Result;
}
