using Catena.Core.Primitives;
using Catena.Simulation.Checkers.Transactions;
using Catena.Simulation.Histories;
using Catena.Simulation.Scheduling;
using Catena.Simulation.Tests.Checkers.Transactions;
using static Catena.Simulation.Histories.MicroOperation;

namespace Catena.Simulation.Tests.Histories;

public sealed class TransactionHistoryFileTests
{
    private const string Invoke = "{:type :invoke, :f :txn, :process 0, :value [[:r \"x\" nil]], :time 1, :index 7}\n";

    [Fact]
    public void A_history_is_written_as_the_page_on_histories_says()
    {
        TransactionOperation[] history =
        [
            new(0, 100, 300, Outcome.Ok, [Append("5", 1), ReadList("6", 1, 2)]),
            new(1, 100, 200, Outcome.Fail, [Append("5", 2), Read("a \"key\"\n")]),
            new(0, 300, 400, Outcome.Unknown, [Append("05", -3)]),
            new(2, 350, null, Outcome.Unknown, []),
            new(3, 500, 500, Outcome.Ok, [Read("5")]),
        ];
        const string Text =
            """
            {:type :invoke, :f :txn, :process 0, :value [[:append 5 1] [:r 6 nil]], :time 100, :index 0}
            {:type :invoke, :f :txn, :process 1, :value [[:append 5 2] [:r "a \"key\"\u000a" nil]], :time 100, :index 1}
            {:type :fail, :f :txn, :process 1, :value [[:append 5 2] [:r "a \"key\"\u000a" nil]], :time 200, :index 2}
            {:type :ok, :f :txn, :process 0, :value [[:append 5 1] [:r 6 [1 2]]], :time 300, :index 3}
            {:type :invoke, :f :txn, :process 0, :value [[:append "05" -3]], :time 300, :index 4}
            {:type :invoke, :f :txn, :process 2, :value [], :time 350, :index 5}
            {:type :info, :f :txn, :process 0, :value [[:append "05" -3]], :time 400, :index 6}
            {:type :invoke, :f :txn, :process 3, :value [[:r 5 nil]], :time 500, :index 7}
            {:type :ok, :f :txn, :process 3, :value [[:r 5 nil]], :time 500, :index 8}

            """;
        Assert.Equal(Text, Written(history));
        Assert.Equal(history, Parsed(Text));
    }

    [Fact]
    public void What_Jepsen_writes_is_understood()
    {
        const string Text =
            """
            ; a comment
            {:type :info, :process :nemesis, :f :start-partition, :value nil, :time 5, :index 0}
            {:index 1, :time 10, :type :invoke, :process 0, :f :txn, :value [[:w "x" 1] [:r 3 nil]]}
            {:index 2, :time 12, :type :ok, :process 0, :f :txn, :value ([:w "x" 1] [:r 3 4]), :node "n1", :error [:a {:b 1.5, "c" true}]},

            {:index 5, :time 12, :type :invoke, :process 1, :f :txn, :value [[:r 3 nil]]}
            """;
        Assert.Equal(
            [new(0, 10, 12, Outcome.Ok, [Write("x", 1), ReadValue("3", 4)]), new TransactionOperation(1, 12, null, Outcome.Unknown, [Read("3")])],
            Parsed(Text));
    }

    [Fact]
    public void Any_history_survives_being_written_and_read()
    {
        for (ulong seed = 0; seed < 200; seed++)
        {
            var history = Random(seed);
            var expected = history.OrderBy(transaction => transaction.Call).ThenBy(transaction => transaction.Process);
            Assert.Equal(expected, Parsed(Written(history)));
        }
    }

    [Fact]
    public void A_history_keeps_its_verdict()
    {
        TransactionOperation[] history = [new(0, 0, 1, Outcome.Ok, [Append("x", 1)]), new(1, 2, 3, Outcome.Ok, [ReadList("x")])];
        Assert.Equal(AnomalyKind.GSingleRealTime, Assert.Single(ListAppendChecker.Check(Parsed(Written(history))).Anomalies).Kind);
    }

    [Theory]
    [InlineData("{:type :invoke", "a value is to be")]
    [InlineData("[:type :invoke]", "a line is to be a map, not a vector")]
    [InlineData("{:type}", "has no value")]
    [InlineData("{} {}", "something follows")]
    [InlineData("{]", "unexpected ]")]
    [InlineData("#{1}", "unexpected #")]
    [InlineData("{:process \"x}", "a text has no end")]
    [InlineData("{:process \"\\q\"}", "no such escape")]
    [InlineData("{:process \"\\u12\"}", "no such escape")]
    [InlineData("{:process 0}", ":f is missing")]
    [InlineData("{:process 0, :f :read}", ":f is to be :txn, not :read")]
    [InlineData("{:process 0, :f :txn}", ":type is missing")]
    [InlineData("{:process 0, :f :txn, :type :maybe}", "no such :type: :maybe")]
    [InlineData("{:process -1, :f :txn, :type :ok}", ":process is out of range: -1")]
    [InlineData("{:process 0.5, :f :txn, :type :ok}", ":process is to be an integer, not 0.5")]
    [InlineData("{:process 0, :f :txn, :type :ok, :value 3}", ":value is to be a vector, not 3")]
    [InlineData("{:process 0, :f :txn, :type :ok, :value [[:r 1]]}", "has 2 parts")]
    [InlineData("{:process 0, :f :txn, :type :ok, :value [[:cas 1 2]]}", "not :cas")]
    [InlineData("{:process 0, :f :txn, :type :ok, :value [[:w 1 nil]]}", "a written value is to be an integer, not nil")]
    [InlineData("{:process 0, :f :txn, :type :ok, :value [[:w 1 99999999999999999999]]}", "not 99999999999999999999")]
    [InlineData("{:process 0, :f :txn, :type :ok, :value [[:r 1 \"2\"]]}", "a value read is to be an integer, not \"2\"")]
    [InlineData("{:process 0, :f :txn, :type :ok, :value [[:r 1 [2 nil]]]}", "a value of a list is to be an integer")]
    [InlineData("{:process 0, :f :txn, :type :ok, :value [[:r :k 1]]}", "a key is an integer or a text, not :k")]
    [InlineData("{:process 0, :f :txn, :type :ok, :value []}", ":time is missing")]
    [InlineData("{:process 0, :f :txn, :type :ok, :value [], :time 1, :index nil}", ":index is to be an integer")]
    public void A_line_that_makes_no_sense_is_refused_with_the_reason(string line, string reason)
    {
        var wrong = Assert.Throws<HistoryFormatException>(() => Parsed("\n" + line));
        Assert.StartsWith("line 2: ", wrong.Message, StringComparison.Ordinal);
        Assert.Contains(reason, wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{:type :ok, :f :txn, :process 1, :value [[:r \"x\" nil]], :time 1}", "no open transaction")]
    [InlineData("{:type :invoke, :f :txn, :process 0, :value [], :time 1}", "while it has one open")]
    [InlineData("{:type :ok, :f :txn, :process 0, :value [[:r \"y\" [1]]], :time 1}", "is not the one it called: [:r x nil]")]
    [InlineData("{:type :ok, :f :txn, :process 0, :value [[:r \"x\" [1]]], :time 0}", "before that of an earlier line, 1")]
    [InlineData("{:type :ok, :f :txn, :process 0, :value [[:r \"x\" [1]]], :time 1, :index 7}", ":index 7 does not follow 7")]
    [InlineData("{:type :info, :f :txn, :process 0, :value [[:r \"x\" nil]], :time 1}\n{:type :invoke, :f :txn, :process 0, :value [], :time 1}", "goes on after an end of :info")]
    public void A_line_that_does_not_follow_from_those_before_is_refused(string lines, string reason)
    {
        var wrong = Assert.Throws<HistoryFormatException>(() => Parsed(Invoke + lines));
        Assert.StartsWith(FormattableString.Invariant($"line {lines.Count(symbol => symbol == '\n') + 2}: "), wrong.Message, StringComparison.Ordinal);
        Assert.Contains(reason, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_process_that_goes_on_too_early_is_not_written()
    {
        var open = new TransactionOperation(0, 0, 5, Outcome.Unknown, []);
        Assert.Throws<ArgumentException>(() => Written([open, open with { Call = 6, Return = 7 }]));
        var answered = open with { Outcome = Outcome.Ok };
        Assert.Throws<ArgumentException>(() => Written([answered, answered with { Call = 4 }]));
        Assert.NotEmpty(Written([answered, answered with { Call = 5 }]));
    }

    [Fact]
    public void Deep_nesting_is_refused() => Assert.Throws<HistoryFormatException>(() => Parsed(new string('[', 1_000_000)));

    [Fact]
    public void Damaged_histories_are_refused_or_understood_and_nothing_else()
    {
        var understood = 0;
        for (ulong seed = 0; seed < 5_000; seed++)
        {
            var random = new World(seed).Random("fuzz");
            var text = Written(Random(seed % 200).Take(6)).ToCharArray();
            for (var change = random.Next(3); change >= 0; change--)
            {
                text[random.Next(text.Length)] = random.Chance(0.5) ? "{}[]()\":;,0-1.\\#\n :r123456789 "[random.Next(30)] : (char)random.Next(0x300);
            }

            var damaged = new string(text, 0, random.Chance(0.3) ? random.Next(text.Length) + 1 : text.Length);
            var thrown = Record.Exception(() => Parsed(damaged));
            Assert.True(thrown is null or HistoryFormatException, $"seed {seed}: {thrown}");
            understood += thrown is null ? 1 : 0;
        }

        Assert.InRange(understood, 50, 4_000);
    }

    private static List<TransactionOperation> Random(ulong seed)
    {
        var random = new World(seed).Random("histories");
        var history = new RandomTransactions(random, random.Chance(0.5), 3).Good(30, 4, 0.2);
        var names = Enumerable.Range(0, 100).Select(_ => Name(random)).ToList();
        return history.ConvertAll(transaction => transaction with { Operations = [.. transaction.Operations.Select(step => Renamed(step, names[int.Parse(step.Key, null)]))] });
    }

    private static string Name(Prng random) => random.Chance(0.3)
        ? FormattableString.Invariant($"{(long)random.NextUInt64()}")
        : string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => (char)random.Next(random.Chance(0.7) ? 0x80 : 0x10000)));

    private static MicroOperation Renamed(MicroOperation step, string key) => step.Kind switch
    {
        MicroOperationKind.Append => Append(key, step.Value!.Value),
        MicroOperationKind.Write => Write(key, step.Value!.Value),
        _ => step.List is { } list ? ReadList(key, list) : ReadValue(key, step.Value),
    };

    private static string Written(IEnumerable<TransactionOperation> history)
    {
        using var target = new StringWriter();
        TransactionHistoryFile.Write(target, history);
        return target.ToString();
    }

    private static IReadOnlyList<TransactionOperation> Parsed(string text)
    {
        using var source = new StringReader(text);
        return TransactionHistoryFile.Read(source);
    }
}
