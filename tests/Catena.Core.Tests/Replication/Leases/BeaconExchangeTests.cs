using Catena.Core.Primitives;
using Catena.Core.Replication.Leases;

namespace Catena.Core.Tests.Replication.Leases;

/// <summary>The exchange of beacons between a reader and a grantor.</summary>
public class BeaconExchangeTests
{
    private static readonly NodeId ReaderId = new(1);
    private static readonly NodeId GrantorId = new(2);
    private static readonly LeaseRequest First = new(new PartitionId(1), new Epoch(4));
    private static readonly LeaseRequest Second = new(new PartitionId(2), new Epoch(7));
    private static readonly LeaseRequest Third = new(new PartitionId(3), new Epoch(9));

    private readonly BookOfLeases _readerBook = new();
    private readonly BookOfLeases _grantorBook = new();
    private readonly BeaconExchange _grantor;
    private BeaconExchange _reader;

    public BeaconExchangeTests()
    {
        _reader = new BeaconExchange(1, _readerBook);
        _grantor = new BeaconExchange(1, _grantorBook);
        _readerBook.Wanted.AddRange([First, Second, Third]);
    }

    [Fact]
    public void A_lease_counts_from_sending_and_a_promise_from_receiving()
    {
        var sentAt = _reader.Receive(GrantorId, Answer(Send(100), 130));
        Assert.Equal(100, sentAt);
        Assert.All(_grantorBook.Promised, promise => Assert.Equal((ReaderId, 130), (promise.Reader, promise.Now)));
        Assert.Equal([(GrantorId, First, 100), (GrantorId, Second, 100), (GrantorId, Third, 100)], _readerBook.Received);
    }

    [Fact]
    public void What_is_refused_is_not_granted_and_all_else_is()
    {
        _grantorBook.Refused.Add(Second);
        _reader.Receive(GrantorId, Answer(Send(100), 130));
        Assert.Equal([First, Third], _readerBook.Received.Select(lease => lease.Request));
        Assert.Equal([First, Third], _grantorBook.Promised.Select(promise => promise.Request));
    }

    [Fact]
    public void Of_several_that_are_refused_none_is_granted()
    {
        _grantorBook.Refused.UnionWith([First, Third]);
        _reader.Receive(GrantorId, Answer(Send(100), 130));
        Assert.Equal([Second], _readerBook.Received.Select(lease => lease.Request));
    }

    [Fact]
    public void The_list_is_sent_until_it_is_known_and_again_after_each_change()
    {
        var first = Send(100);
        Assert.NotNull(first.Requests);
        Assert.NotNull(Send(101).Requests);
        _reader.Receive(GrantorId, Answer(first, 102));
        var later = Send(103);
        Assert.Null(later.Requests);
        _reader.Receive(GrantorId, Answer(later, 104));
        Assert.Equal(6, _readerBook.Received.Count);

        _readerBook.Wanted.Remove(Second);
        var changed = Send(105);
        Assert.Equal([First, Third], changed.Requests!.Value);
        Assert.NotEqual(later.ListVersion, changed.ListVersion);
    }

    [Fact]
    public void An_answer_for_an_older_list_does_not_make_the_newer_one_known()
    {
        var older = Send(100);
        _readerBook.Wanted.Remove(Second);
        Send(101);
        _reader.Receive(GrantorId, Answer(older, 102));
        Assert.Equal([First, Second, Third], _readerBook.Received.Select(lease => lease.Request));
        Assert.NotNull(Send(103).Requests);
    }

    [Fact]
    public void A_grantor_that_does_not_know_the_list_grants_nothing_and_asks_for_it()
    {
        _reader.Receive(GrantorId, Answer(Send(100), 101));
        var unlisted = Send(102);
        _readerBook.Received.Clear();
        var restarted = new BeaconExchange(2, _grantorBook);
        var reply = restarted.Answer(ReaderId, unlisted, [], 103);
        Assert.True(reply.NeedsList);
        _reader.Receive(GrantorId, reply);
        Assert.Empty(_readerBook.Received);
        Assert.NotNull(Send(104).Requests);
    }

    [Fact]
    public void An_answer_counts_once_and_only_for_its_own_round()
    {
        var first = Answer(Send(100), 101);
        var second = Answer(Send(102), 103);
        Assert.Equal(102, _reader.Receive(GrantorId, second));
        Assert.Null(_reader.Receive(GrantorId, second));
        Assert.Null(_reader.Receive(GrantorId, first));
        Assert.Null(_reader.Receive(GrantorId, second with { Round = 77 }));
        Assert.All(_readerBook.Received, lease => Assert.Equal(102, lease.AskedAt));
    }

    [Fact]
    public void Rounds_are_never_used_again_whoever_they_go_to()
    {
        var other = new NodeId(3);
        var rounds = Enumerable.Range(0, 200).Select(count => _reader.Send(count % 2 == 0 ? GrantorId : other, [], count).Round).ToList();
        Assert.Equal(rounds.Count, rounds.Distinct().Count());
        Assert.Equal(rounds.Max(), _reader.Round);
        var reply = _grantor.Answer(ReaderId, Send(500), [], 501);
        Assert.Null(_reader.Receive(other, reply));
    }

    [Fact]
    public void An_answer_to_an_earlier_life_is_ignored()
    {
        var reply = Answer(Send(100), 101);
        _reader = new BeaconExchange(2, _readerBook);
        Send(102);
        Assert.Null(_reader.Receive(GrantorId, reply));
        Assert.Empty(_readerBook.Received);
    }

    [Fact]
    public void A_list_of_an_earlier_life_is_not_taken_for_a_later_ones()
    {
        Answer(Send(100), 101);
        var beacon = Send(102);
        var reply = _grantor.Answer(ReaderId, beacon with { Incarnation = 2, Requests = null }, [], 103);
        Assert.True(reply.NeedsList);
    }

    [Fact]
    public void A_returned_lease_is_taken_unless_a_later_life_has_been_heard()
    {
        Answer(Send(100), 101);
        Assert.True(_grantor.Accepts(ReaderId, new LeaseReturn(1, 1)));
        _grantor.Answer(ReaderId, Send(102) with { Incarnation = 2 }, [], 103);
        Assert.False(_grantor.Accepts(ReaderId, new LeaseReturn(1, 1)));
        Assert.True(_grantor.Accepts(ReaderId, new LeaseReturn(2, 5)));

        // A beacon of the earlier life that comes late changes nothing about that.
        _grantor.Answer(ReaderId, Send(104), [], 105);
        Assert.False(_grantor.Accepts(ReaderId, new LeaseReturn(1, 2)));
    }

    [Fact]
    public void Open_rounds_are_bounded_and_the_newest_are_kept()
    {
        var beacons = Enumerable.Range(0, 100).Select(count => Send(count)).ToList();
        Assert.Null(_reader.Receive(GrantorId, Answer(beacons[10], 200)));
        Assert.Equal(99, _reader.Receive(GrantorId, Answer(beacons[99], 201)));
    }

    private Beacon Send(long now) => _reader.Send(GrantorId, [], now);

    private BeaconReply Answer(Beacon beacon, long now) => _grantor.Answer(ReaderId, beacon, [], now);
}
