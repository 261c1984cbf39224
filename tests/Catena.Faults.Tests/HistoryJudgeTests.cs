using System.Globalization;
using Catena.Faults.Checking;

namespace Catena.Faults.Tests;

/// <summary>What workers write down is read and judged: good histories pass, known-bad ones do not.</summary>
public sealed class HistoryJudgeTests
{
    [Fact]
    public void A_history_in_which_everything_is_as_it_should_be_passes() => Assert.Empty(Judge(
        """{"client":1,"key":"k","op":"put","arguments":{"value":"a"},"call":0,"return":10,"outcome":"ok","result":{}}""",
        """{"client":1,"key":"k","op":"get","arguments":{},"call":20,"return":30,"outcome":"ok","result":{"found":true,"value":"a"}}""",
        """{"client":1,"key":"k","op":"delete","arguments":{},"call":40,"return":50,"outcome":"ok","result":{"found":true}}""",
        """{"client":2,"key":"n","op":"incr","arguments":{"by":3},"call":0,"return":10,"outcome":"ok","result":{"value":"3"}}"""));

    [Fact]
    public void A_lost_write_is_found() => Assert.Contains("NOT linearizable", Assert.Single(Judge(
        """{"client":1,"key":"k","op":"put","arguments":{"value":"a"},"call":0,"return":10,"outcome":"ok","result":{}}""",
        """{"client":1,"key":"k","op":"put","arguments":{"value":"b"},"call":20,"return":30,"outcome":"ok","result":{}}""",
        """{"client":2,"key":"k","op":"get","arguments":{},"call":40,"return":50,"outcome":"ok","result":{"found":true,"value":"a"}}""")), StringComparison.Ordinal);

    [Fact]
    public void A_stale_read_is_found() => Assert.Contains("NOT linearizable", Assert.Single(Judge(
        """{"client":1,"key":"k","op":"put","arguments":{"value":"a"},"call":0,"return":10,"outcome":"ok","result":{}}""",
        """{"client":1,"key":"k","op":"put","arguments":{"value":"b"},"call":20,"return":90,"outcome":"ok","result":{}}""",
        """{"client":2,"key":"k","op":"get","arguments":{},"call":30,"return":40,"outcome":"ok","result":{"found":true,"value":"b"}}""",
        """{"client":3,"key":"k","op":"get","arguments":{},"call":50,"return":60,"outcome":"ok","result":{"found":true,"value":"a"}}""")), StringComparison.Ordinal);

    [Fact]
    public void An_increment_that_ran_twice_is_found() => Assert.Single(Judge(
        """{"client":1,"key":"n","op":"incr","arguments":{"by":1},"call":0,"return":10,"outcome":"ok","result":{"value":"1"}}""",
        """{"client":1,"key":"n","op":"incr","arguments":{"by":1},"call":20,"return":30,"outcome":"ok","result":{"value":"3"}}"""));

    [Fact]
    public void A_write_that_was_refused_and_is_seen_all_the_same_is_found() => Assert.Single(Judge(
        """{"client":1,"key":"k","op":"put","arguments":{"value":"a"},"call":0,"return":10,"outcome":"fail","error":"MISCONF"}""",
        """{"client":2,"key":"k","op":"get","arguments":{},"call":20,"return":30,"outcome":"ok","result":{"found":true,"value":"a"}}"""));

    [Fact]
    public void A_write_whose_outcome_is_open_may_be_seen_late_or_never_and_may_not_go_again()
    {
        const string Open = """{"client":1,"key":"k","op":"put","arguments":{"value":"a"},"call":0,"return":10,"outcome":"unknown","error":"Timeout"}""";
        Assert.Empty(Judge(
            Open,
            """{"client":2,"key":"k","op":"get","arguments":{},"call":20,"return":30,"outcome":"ok","result":{"found":false}}""",
            """{"client":2,"key":"k","op":"get","arguments":{},"call":40,"return":50,"outcome":"ok","result":{"found":true,"value":"a"}}"""));
        Assert.Single(Judge(
            Open,
            """{"client":2,"key":"k","op":"get","arguments":{},"call":20,"return":30,"outcome":"ok","result":{"found":true,"value":"a"}}""",
            """{"client":2,"key":"k","op":"get","arguments":{},"call":40,"return":50,"outcome":"ok","result":{"found":false}}"""));
    }

    [Fact]
    public void A_set_if_present_of_an_absent_key_is_found() => Assert.Single(Judge(
        """{"client":1,"key":"k","op":"put","arguments":{"value":"a"},"call":0,"return":10,"outcome":"ok","result":{"found":true}}"""));

    [Fact]
    public void A_set_if_absent_that_was_carried_out_twice_is_found() => Assert.Single(Judge(
        """{"client":1,"key":"k","op":"cas","arguments":{"expected":null,"value":"a"},"call":0,"return":10,"outcome":"ok","result":{}}""",
        """{"client":2,"key":"k","op":"cas","arguments":{"expected":null,"value":"b"},"call":20,"return":30,"outcome":"ok","result":{}}"""));

    [Fact]
    public void A_check_that_runs_out_of_steps_has_failed()
    {
        var lines = Enumerable.Range(0, 50).Select(number => string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"client":{{number}},"key":"k","op":"put","arguments":{"value":"{{number}}"},"call":{{number}},"return":{{number + 1000}},"outcome":"ok"}"""));
        var history = Read([.. lines]);
        Assert.Empty(HistoryJudge.Violations(history));
        Assert.Contains("UNDECIDED", Assert.Single(HistoryJudge.Violations(history, stepLimit: 10)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"client":1,"key":"k","op":"put","arguments":{"value":"a"},"call":0,"return":10,"outco""")]
    [InlineData("""{"client":1,"key":"k","op":"put","arguments":{"value":"a"},"call":0,"return":10,"outcome":"perhaps"}""")]
    [InlineData("")]
    public void A_line_that_is_no_operation_is_not_passed_over(string line)
    {
        const string Good = """{"client":1,"key":"k","op":"get","arguments":{},"call":0,"return":10,"outcome":"ok","result":{"found":false}}""";
        var refused = Assert.Throws<HarnessException>(() => Read(Good, line, Good));
        Assert.StartsWith("test, line 2:", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_are_read_with_their_operations()
    {
        var history = Read(
            """{"client":1,"key":"k","op":"put","arguments":{"value":"a"},"call":0,"return":10,"outcome":"fail","error":"NOREPLICAS"}""",
            """{"client":1,"key":"k","op":"get","arguments":{},"call":20,"return":30,"outcome":"ok","result":{"found":true,"value":"\"error\""}}""");
        Assert.Equal(["NOREPLICAS", null], history.Select(one => one.Error));
        Assert.Equal([false, true], history.Select(one => one.IsOk));
        Assert.Equal([true, false], history.Select(one => one.IsWrite));
    }

    private static IReadOnlyList<string> Judge(params string[] lines) => HistoryJudge.Violations(Read(lines));

    private static List<RecordedOperation> Read(params string[] lines)
    {
        using var reader = new StringReader(string.Join('\n', lines) + "\n");
        return WorkerHistory.Read(reader, "test");
    }
}
