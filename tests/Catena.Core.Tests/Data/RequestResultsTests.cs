using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Core.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace Catena.Core.Tests.Data;

/// <summary>What makes a retried request run once.</summary>
public class RequestResultsTests
{
    private readonly RequestResults _results = new();
    private ulong _log;

    [Fact]
    public void A_request_is_new_then_done_with_its_result()
    {
        Assert.Equal(RequestStanding.New, Find(9, 1, 1, 0));
        Record(9, 1, 1, 0, "one"u8);
        Assert.Equal(RequestStanding.Done, _results.Find(new RequestId(9, 1, 1, 0), out var result));
        Assert.Equal("one"u8, result);
        Assert.Equal(RequestStanding.New, Find(9, 1, 2, 0));
        Assert.Equal(RequestStanding.New, Find(8, 1, 1, 0));
    }

    [Fact]
    public void A_request_that_is_never_retried_is_always_new_and_leaves_nothing()
    {
        _results.Record(RequestId.None, "x"u8, 1);
        Assert.Equal(RequestStanding.New, _results.Find(RequestId.None, out _));
        Assert.Equal(Encode(new RequestResults()), Encode(_results));
    }

    [Fact]
    public void What_its_origin_has_settled_is_forgotten_and_never_new_again()
    {
        Record(9, 1, 1, 0, "one"u8);
        Record(9, 1, 3, 0, "three"u8);
        Record(9, 1, 4, 2, "four"u8);
        Assert.Equal(RequestStanding.Forgotten, Find(9, 1, 1, 0));
        Assert.Equal(RequestStanding.Forgotten, Find(9, 1, 2, 0));
        Assert.Equal(RequestStanding.Done, Find(9, 1, 3, 0));
    }

    [Fact]
    public void A_newer_life_of_an_origin_begins_anew_and_the_older_one_is_forgotten()
    {
        Record(9, 1, 1, 0, "one"u8);
        Assert.Equal(RequestStanding.New, Find(9, 2, 1, 0));
        Record(9, 2, 1, 0, "anew"u8);
        Assert.Equal(RequestStanding.Forgotten, Find(9, 1, 1, 0));
        Assert.Equal(RequestStanding.Forgotten, Find(9, 1, 2, 0));

        // A late entry of the older life records nothing.
        Record(9, 1, 2, 0, "late"u8);
        Assert.Equal(RequestStanding.Done, _results.Find(new RequestId(9, 2, 1, 0), out var result));
        Assert.Equal("anew"u8, result);
    }

    [Fact]
    public void An_origin_keeps_so_many_results_and_no_more()
    {
        Record(9, 1, 1, 0, "one"u8);
        Record(9, 1, RequestResults.MaxResultsPerOrigin, 0, "last"u8);
        Assert.Equal(RequestStanding.Done, Find(9, 1, 1, 0));
        Record(9, 1, RequestResults.MaxResultsPerOrigin + 1, 0, "more"u8);
        Assert.Equal(RequestStanding.Forgotten, Find(9, 1, 1, 0));
        Assert.Equal(RequestStanding.Done, Find(9, 1, RequestResults.MaxResultsPerOrigin, 0));
        Record(9, 1, 1_000_000_000, 0, "far"u8);
        Assert.Equal(RequestStanding.Forgotten, Find(9, 1, RequestResults.MaxResultsPerOrigin + 1, 0));
        Assert.Equal(RequestStanding.Done, Find(9, 1, 1_000_000_000, 0));
    }

    [Fact]
    public void The_origin_used_longest_ago_goes_when_there_are_too_many_and_its_settled_requests_are_not_run_again()
    {
        for (ulong origin = 1; origin <= RequestResults.MaxOrigins; origin++)
        {
            Record(origin, 1, 1, 0, "x"u8);
        }

        Record(1, 1, 2, 1, "used again"u8);
        Record(99_999, 1, 1, 0, "one more"u8);
        Assert.Equal(RequestStanding.Done, Find(1, 1, 2, 1));
        Assert.Equal(RequestStanding.Forgotten, Find(2, 1, 2, 1));
        Assert.Equal(RequestStanding.Done, Find(3, 1, 1, 0));
    }

    [Theory]
    [InlineData(0UL, 0UL)]
    [InlineData(5UL, 5UL)]
    [InlineData(5UL, 6UL)]
    public void An_id_whose_numbers_make_no_sense_is_refused_and_never_run(ulong sequence, ulong settled) =>
        Assert.Equal(RequestStanding.Forgotten, Find(9, 1, sequence, settled));

    [Fact]
    public void Any_history_gives_what_a_plain_model_gives_and_survives_a_snapshot_at_any_point() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var prng = new Prng((ulong)seed);
            var table = new RequestResults();
            var twin = new RequestResults();
            var model = new ModelOfResults();
            for (ulong log = 1; log <= 200; log++)
            {
                var sequence = (ulong)prng.Next(40) + 1;
                var request = new RequestId((ulong)prng.Next(4), (ulong)prng.Next(2) + 1, sequence, (ulong)prng.Next((int)sequence));
                var result = Fuzz.Bytes(prng, 3);
                table.Record(request, result, log);
                twin.Record(request, result, log);
                model.Record(request, result);
                if (prng.Chance(0.05))
                {
                    var copy = Copy(table);
                    Assert.Equal(Encode(table), Encode(copy));
                    table = copy;
                }

                var asked = new RequestId((ulong)prng.Next(4), (ulong)prng.Next(2) + 1, (ulong)prng.Next(40) + 1, 0);
                Assert.Equal(model.Find(asked, out var expected), table.Find(asked, out var found));
                Assert.Equal(expected, found.ToArray());
            }

            return Encode(table).AsSpan().SequenceEqual(Encode(twin));
        }));

    [Fact]
    public void Entries_applied_again_after_a_snapshot_of_a_later_moment_change_nothing()
    {
        // As at a learner: the results are newer than the position from which it applies the log.
        for (ulong origin = 1; origin <= RequestResults.MaxOrigins + 50; origin++)
        {
            Record(origin, 1, 1, 0, "x"u8);
        }

        var learner = Copy(_results);
        for (ulong again = 1; again <= _log; again++)
        {
            learner.Record(new RequestId(again, 1, 1, 0), "x"u8, again);
        }

        Assert.Equal(Encode(_results), Encode(learner));
    }

    [Fact]
    public void Damaged_results_are_refused_without_an_exception() => Fuzz.Run(
        3_000,
        prng =>
        {
            var table = new RequestResults();
            for (ulong log = 1; log <= 20; log++)
            {
                var sequence = (ulong)prng.Next(10) + 1;
                table.Record(new RequestId((ulong)prng.Next(3) + 1, 1, sequence, 0), Fuzz.Bytes(prng, 5), log);
            }

            return Encode(table);
        },
        bytes =>
        {
            var table = new RequestResults();
            var reader = new ByteReader(bytes);
            if (!table.TryReadFrom(ref reader))
            {
                Assert.Equal(Encode(new RequestResults()), Encode(table));
            }
        });

    private void Record(ulong origin, ulong incarnation, ulong sequence, ulong settled, ReadOnlySpan<byte> result) =>
        _results.Record(new RequestId(origin, incarnation, sequence, settled), result, ++_log);

    private RequestStanding Find(ulong origin, ulong incarnation, ulong sequence, ulong settled) =>
        _results.Find(new RequestId(origin, incarnation, sequence, settled), out _);

    private static byte[] Encode(RequestResults results)
    {
        var writer = new ArrayBufferWriter<byte>();
        results.WriteTo(writer);
        return writer.WrittenSpan.ToArray();
    }

    private static RequestResults Copy(RequestResults results)
    {
        var copy = new RequestResults();
        var reader = new ByteReader(Encode(results));
        Assert.True(copy.TryReadFrom(ref reader) && reader.IsAtEnd);
        return copy;
    }
}
