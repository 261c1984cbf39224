using System.Text;
using System.Text.Json;
using Catena.Cli.CommandLine;
using Catena.Cli.Tests.Support;
using Catena.Core.Placement;
using Catena.Simulation.Histories;
using Catena.Simulation.Running;

namespace Catena.Cli.Tests.Bench;

/// <summary>Loads of transactions, and what their histories tell the checkers of the simulator.</summary>
public sealed class TransactionBenchTests
{
    [Theory]
    [InlineData("append", TransactionSubject.Lists, "--steps", "6")]
    [InlineData("bank", TransactionSubject.Bank, "--reads", "40")]
    [InlineData("multi", TransactionSubject.Registers, "--spread", "3", "--value-size", "100")]
    public void A_history_of_a_right_server_is_understood_and_has_no_anomaly(string workload, TransactionSubject subject, params string[] more)
    {
        var result = Run(new FakeTransactionStore(), out var history, ["--workload", workload, "--keys", "5", "--threads", "4", .. more]);

        Assert.Equal(ExitCode.Ok, result.Code);
        var report = JsonDocument.Parse(result.Output).RootElement;
        var judgement = TransactionHistoryCheck.Check(history);
        Assert.Equal((subject, ""), (judgement.Subject, judgement.Report.Explanation));
        Assert.Equal(workload, report.GetProperty("workload").GetString());
        Assert.Equal(report.GetProperty("operations").GetInt32(), judgement.Transactions);
        Assert.Equal(judgement.Transactions, judgement.Answered.Count);
        Assert.True(report.GetProperty("reads").GetProperty("count").GetInt64() > 0);
        Assert.True(report.GetProperty("writes").GetProperty("count").GetInt64() > 0);
        Assert.True(judgement.IsValid, judgement.Verdict);
    }

    [Fact]
    public void Appends_are_read_back_as_the_server_has_them()
    {
        var store = new FakeTransactionStore();
        Run(store, out var history, "--workload", "append", "--keys", "2", "--threads", "1");

        var told = TransactionHistoryFile.Read(new StringReader(history));
        Assert.Equal(store.Transactions.Count, told.Count);
        Assert.Contains(told.SelectMany(transaction => transaction.Operations), step => step.List is { Count: > 1 });
        foreach (var (commands, transaction) in store.Transactions.Zip(told))
        {
            Assert.InRange(transaction.Operations.Count, 1, 4);
            Assert.Equal(commands.Select(command => command[0] == "APPEND"), transaction.Operations.Select(step => step.Kind == MicroOperationKind.Append));
            Assert.All(commands.Zip(transaction.Operations), pair => Assert.EndsWith("-" + pair.Second.Key, pair.First[1], StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("TRYAGAIN others were in the way of the transaction; nothing happened", Outcome.Fail, "TRYAGAIN")]
    [InlineData("NOREPLICAS Not enough good replicas to write.", Outcome.Fail, "NOREPLICAS")]
    [InlineData("UNKNOWN the outcome of the command is open", Outcome.Unknown, "UNKNOWN the outcome of the command is open")]
    public void An_error_of_EXEC_says_whether_the_outcome_is_open(string error, Outcome outcome, string kind)
    {
        var result = Run(
            new FakeTransactionStore { Refuse = number => number % 2 == 1 ? error : null },
            out var history, "--workload", "append", "--threads", "2");

        AssertOutcomes(result, history, outcome, kind);
    }

    [Fact]
    public void A_connection_that_ends_leaves_the_outcome_open() => AssertOutcomes(
        Run(
            new FakeTransactionStore { IsCutOff = number => number % 2 == 1 },
            out var history, "--workload", "append", "--threads", "2"),
        history, Outcome.Unknown, "no answer");

    [Fact]
    public void A_command_that_is_refused_when_it_is_queued_means_that_nothing_happened()
    {
        var count = 0;
        AssertOutcomes(
            Run(
                new FakeTransactionStore { RefuseQueued = _ => Interlocked.Increment(ref count) % 4 == 1 ? "CLUSTERDOWN Hash slot not served" : null },
                out var history, "--workload", "append", "--threads", "2"),
            history, Outcome.Fail, "CLUSTERDOWN");
    }

    [Fact]
    public void A_command_that_fails_among_others_leaves_the_outcome_open() => AssertOutcomes(
        Run(
            new FakeTransactionStore { IsLastFailing = number => number % 2 == 1 },
            out var history, "--workload", "multi", "--threads", "2"),
        history, Outcome.Unknown, "one command failed: ERR value is not an integer or out of range");

    [Fact]
    public void Where_MULTI_is_refused_the_outcome_is_open_since_what_follows_may_be_carried_out()
    {
        var result = Run(new FakeTransactionStore { RefusesMulti = true }, out var history, "--workload", "append", "--threads", "1");

        Assert.Equal(ExitCode.Failed, result.Code);
        Assert.All(TransactionHistoryFile.Read(new StringReader(history)), transaction => Assert.Equal(Outcome.Unknown, transaction.Outcome));
    }

    [Fact]
    public void A_bank_that_loses_money_is_noticed_by_the_load_and_by_the_check()
    {
        var result = Run(
            new FakeTransactionStore { IsLastFailing = number => number % 2 == 1 }, out var history, "--workload", "bank", "--threads", "2");

        Assert.Equal(ExitCode.Failed, result.Code);
        var judgement = TransactionHistoryCheck.Check(history);
        Assert.False(judgement.IsValid);
        Assert.Equal(judgement.Report.Anomalies.Count, JsonDocument.Parse(result.Output).RootElement.GetProperty("brokenSums").GetInt32());
        Assert.Contains("wrong-total", judgement.Verdict, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("append")]
    [InlineData("multi")]
    public void What_a_server_loses_is_found_by_the_check(string workload)
    {
        var result = Run(
            new FakeTransactionStore { IsLost = number => number % 3 == 2 }, out var history, "--workload", workload, "--keys", "2", "--threads", "2");

        Assert.Equal(ExitCode.Ok, result.Code);
        Assert.Contains("NOT strictly serializable", TransactionHistoryCheck.Check(history).Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void For_people_the_report_of_a_bank_tells_of_its_sums()
    {
        using var server = new FakeRedisServer(new FakeTransactionStore().Answer);

        var result = Support.Cli.Run("bench", "--node", server.Address.ToString(), "--workload", "bank", "--seconds", "100ms");

        Assert.Equal(ExitCode.Ok, result.Code);
        Assert.Matches(@"(?m)^Broken sums: 0 of [\d,]+ reads of all accounts$", result.Output);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    [InlineData(3, 64)]
    [InlineData(16, 16)]
    [InlineData(48, 48)]
    [InlineData(63, 64)]
    [InlineData(64, 67)]
    [InlineData(64, 16384)]
    public void A_transaction_of_multi_has_each_key_in_a_partition_of_its_own(int spread, int partitions)
    {
        var store = new FakeTransactionStore();
        var result = Run(
            store, out _, "--workload", "multi", "--spread", $"{spread}", "--reads", "0", "--threads", "1", "--key-prefix", "{x}");

        Assert.Equal(ExitCode.Ok, result.Code);
        var map = new PartitionMap(partitions);
        Assert.NotEmpty(store.Transactions);
        Assert.All(
            store.Transactions,
            commands => Assert.Equal(spread, commands.Select(command => map.Of(Encoding.UTF8.GetBytes(command[1]))).Distinct().Count()));
        Assert.All(store.Transactions.SelectMany(commands => commands), command => Assert.Equal(64, command[2].Length));
    }

    [Theory]
    [InlineData("--workload", "append", "--pipeline", "2")]
    [InlineData("--workload", "bank", "--protocol", "thrift")]
    [InlineData("--workload", "multi", "--fill")]
    [InlineData("--workload", "bank", "--keys", "1")]
    [InlineData("--workload", "bank", "--steps", "2")]
    [InlineData("--workload", "append", "--spread", "2")]
    [InlineData("--workload", "nonsense")]
    [InlineData("--workload", "bank", "--keys", "many")]
    public void What_does_not_go_together_is_refused(params string[] arguments) =>
        Assert.Equal(ExitCode.Usage, Support.Cli.Run(["bench", "--node", "127.0.0.1:1", .. arguments]).Code);

    /// <summary>Some transactions ended as is expected, all others well; a process whose transaction is open is not heard of again, and any other goes on.</summary>
    private static void AssertOutcomes(CliResult result, string history, Outcome outcome, string kind)
    {
        Assert.Equal(ExitCode.Ok, result.Code);
        var report = JsonDocument.Parse(result.Output).RootElement;

        // The reader refuses a process that goes on after an open end, or that calls a second transaction at a time.
        var told = TransactionHistoryFile.Read(new StringReader(history));
        var missed = told.Where(transaction => transaction.Outcome != Outcome.Ok).ToList();
        Assert.NotEmpty(missed);
        Assert.All(missed, transaction => Assert.Equal((outcome, true), (transaction.Outcome, transaction.Return is not null)));
        Assert.Equal(missed.Count, report.GetProperty(outcome == Outcome.Fail ? "refused" : "unknown").GetInt32());
        Assert.Equal(missed.Count, report.GetProperty("errors").GetProperty(kind).GetInt32());
        var processes = told.Select(transaction => transaction.Process).Distinct().Count();
        Assert.True(outcome == Outcome.Fail ? processes == 2 : processes >= missed.Count, $"{processes} processes");
    }

    /// <summary>Runs the command until its history has a good hundred transactions; on a busy machine a first, short run may not get that far.</summary>
    private static CliResult Run(FakeTransactionStore store, out string history, params string[] arguments)
    {
        using var server = new FakeRedisServer(store.Answer);
        using var directory = new TemporaryDirectory();
        var path = directory["history.edn"];
        for (var milliseconds = 250; ; milliseconds *= 4)
        {
            store.Transactions.Clear();
            var result = Support.Cli.Run(
                ["bench", "--node", server.Address.ToString(), "--seconds", $"{milliseconds}ms", "--pause", "1ms", "--history", path, "--json", .. arguments]);
            history = File.ReadAllText(path);
            if (history.Count(symbol => symbol == '\n') > 200 || milliseconds > 20_000)
            {
                return result;
            }
        }
    }
}
