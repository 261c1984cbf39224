using Catena.Core.Primitives;
using Catena.Simulation.Checkers;
using Catena.Simulation.Histories;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Tests.Histories;

public sealed class HistoryLineTests
{
    [Fact]
    public void A_line_says_what_the_page_on_histories_says()
    {
        var cas = RegisterCommand.CompareAndSet(new Lsn(new Epoch(4), 1017), "blue");
        var operation = new HistoryOperation(3, "k", cas, 10, 25, Outcome.Ok, new RegisterResult { Version = new Lsn(new Epoch(4), 1020) });
        const string Line =
            """{"client":3,"key":"k","op":"cas","arguments":{"expected":"4.1017","value":"blue"},"call":10,"return":25,"outcome":"ok","result":{"version":"4.1020"}}""";
        Assert.Equal(Line, HistoryLine.Format(operation));
        Assert.Equal(operation, HistoryLine.Parse(Line));
    }

    [Fact]
    public void What_the_load_generator_writes_is_understood()
    {
        const string Put = """{"client":3,"key":"key-7","op":"put","arguments":{"value":{"base64":"/w=="}},"call":1,"return":2,"outcome":"ok"}""";
        const string Get = """{"client":5,"key":"key-7","op":"get","arguments":{},"call":3,"return":4,"outcome":"ok","result":{"found":true,"value":{"base64":"/w=="}}}""";
        const string Absent = """{"client":5,"key":"key-8","op":"get","arguments":{},"call":5,"return":6,"outcome":"ok","result":{"found":false}}""";
        var history = new[] { Put, Get, Absent }.Select(HistoryLine.Parse).ToList();
        Assert.Equal(history[0].Command.Value, history[1].Result!.Value);
        Assert.Equal(Verdict.Linearizable, new LinearizabilityChecker().Check(history).Verdict);
        Assert.Equal(Verdict.Violation, new LinearizabilityChecker().Check(history.Skip(1)).Verdict);
    }

    [Fact]
    public void Any_operation_survives_being_written_and_read()
    {
        var random = new World(1).Random("lines");
        for (var step = 0; step < 2_000; step++)
        {
            var operation = RandomHistory.Operation(random);
            var line = HistoryLine.Format(operation);
            Assert.DoesNotContain('\n', line);
            Assert.Equal(operation, HistoryLine.Parse(line));
        }
    }

    [Theory]
    [InlineData("", "not an operation")]
    [InlineData("[]", "not an operation")]
    [InlineData("{}", "\"outcome\" is missing")]
    [InlineData("""{"client":1,"key":"k","op":"jump","arguments":{},"call":1,"return":2,"outcome":"ok"}""", "no such \"op\": jump")]
    [InlineData("""{"client":1,"key":"k","op":"get","arguments":{},"call":1,"return":2,"outcome":"maybe"}""", "no such \"outcome\": maybe")]
    [InlineData("""{"client":1,"key":"k","op":"get","call":3,"return":2,"outcome":"ok"}""", "is before")]
    [InlineData("""{"client":1,"key":"k","op":"get","call":1,"return":2,"outcome":"ok"}""", "\"arguments\" is missing")]
    [InlineData("""{"client":1,"key":"k","op":"put","arguments":{},"call":1,"return":2,"outcome":"ok"}""", "\"value\" is missing")]
    [InlineData("""{"client":1,"key":null,"op":"get","call":1,"return":2,"outcome":"ok"}""", "\"key\" is null")]
    [InlineData("""{"client":1,"key":"k","op":"cas","arguments":{"expected":"12","value":"v"},"call":1,"return":2,"outcome":"ok"}""", "epoch.sequence")]
    public void A_line_that_is_no_operation_is_refused_with_the_reason(string line, string reason)
    {
        var wrong = Assert.Throws<HistoryFormatException>(() => HistoryLine.Parse(line));
        Assert.Contains(reason, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_lines_are_refused_or_understood_and_nothing_else()
    {
        for (ulong seed = 0; seed < 5_000; seed++)
        {
            var random = new World(seed).Random("fuzz");
            var line = HistoryLine.Format(RandomHistory.Operation(random)).ToCharArray();
            for (var change = random.Next(4); change >= 0; change--)
            {
                line[random.Next(line.Length)] = random.Chance(0.5) ? "{}[]\",:0-1.e\\"[random.Next(13)] : (char)random.Next(0x300);
            }

            var text = new string(line, 0, random.Next(line.Length) + 1);
            var thrown = Record.Exception(() => HistoryLine.Parse(text));
            Assert.True(thrown is null or HistoryFormatException, $"seed {seed}: {thrown}");
        }
    }

    [Fact]
    public void A_file_is_read_as_it_was_written_and_an_error_names_its_line()
    {
        var random = new World(2).Random("lines");
        var history = Enumerable.Range(0, 100).Select(_ => RandomHistory.Operation(random)).ToList();
        using var written = new StringWriter();
        HistoryFile.Write(written, history);
        using var read = new StringReader(written + "\n");
        Assert.Equal(history, HistoryFile.Read(read));
        using var wrong = new StringReader(HistoryLine.Format(history[0]) + "\n\nnonsense\n");
        Assert.StartsWith("line 3: ", Assert.Throws<HistoryFormatException>(() => HistoryFile.Read(wrong)).Message, StringComparison.Ordinal);
    }
}
