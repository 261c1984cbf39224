using System.Buffers;
using Catena.Cli.CommandLine;
using Catena.Cli.Tests.Support;
using Catena.Protocols.Thrift;

namespace Catena.Cli.Tests.Shell;

public sealed class ShellCommandTests
{
    [Fact]
    public void An_unavailable_read_is_tried_again_and_a_lost_one_asked_at_the_next_node()
    {
        var asked = 0;
        using var lost = new FakeThriftServer((_, _) => null);
        using var node = new FakeThriftServer((method, number) => ++asked == 1 ? Raise(method, number, CatenaException.Unavailable) : Value(method, number));

        var result = Run([lost, node], "-c", "get a");

        Assert.Equal((ExitCode.Ok, "hello\n", ""), (result.Code, result.Output, result.Error));
        Assert.Equal(2, asked);
    }

    [Fact]
    public void A_write_whose_answer_is_lost_is_open_and_is_not_repeated()
    {
        var asked = 0;
        using var node = new FakeThriftServer((_, _) =>
        {
            asked++;
            return null;
        });

        var result = Run([node], "-c", "put a b", "-c", "put never reached");

        Assert.Equal(ExitCode.Failed, result.Code);
        Assert.Contains("catena shell: -c 1: put:", result.Error, StringComparison.Ordinal);
        Assert.Contains("outcome unknown", result.Error, StringComparison.Ordinal);
        Assert.Equal(1, asked);
    }

    [Fact]
    public void A_lost_connection_ends_the_transaction()
    {
        using var node = new FakeThriftServer((method, number) => method == CatenaMethod.TransactionBegin ? Bytes(method, number) : null);

        var result = Run([node], "--json", "--keep-going", "-c", "begin", "-c", "put a b", "-c", "commit");

        Assert.Equal(ExitCode.Failed, result.Code);
        var lines = result.Output.TrimEnd().Split('\n');
        Assert.Contains("\"ok\":true", lines[0], StringComparison.Ordinal);
        Assert.Contains("the transaction has ended\",\"outcome\":\"nothing happened\"", lines[1], StringComparison.Ordinal);
        Assert.Contains("no transaction is open", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void A_lost_answer_to_a_commit_leaves_open_what_became_of_it()
    {
        using var node = new FakeThriftServer((method, number) => method == CatenaMethod.TransactionBegin ? Bytes(method, number) : null);

        var result = Run([node], "--json", "-c", "begin", "-c", "commit");

        Assert.Contains("the transaction has ended\",\"outcome\":\"unknown\"", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_decision_on_a_prepared_transaction_that_nobody_answers_is_open()
    {
        using var node = new FakeThriftServer((_, _) => null);

        var result = Support.Cli.Run("shell", "--node", node.Address, "--timeout", "200ms", "--json", "-c", "commit 00ff");

        Assert.Contains("repeat it\",\"outcome\":\"unknown\"", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("frobnicate", "there is no command 'frobnicate'")]
    [InlineData("get", "usage: get KEY")]
    [InlineData("get a b", "usage: get KEY")]
    [InlineData("get 'a", "is not closed")]
    [InlineData("put a b soon", "is no duration")]
    [InlineData("incr a b", "is no 64-bit integer")]
    [InlineData("getkeys 0", "is no limit")]
    [InlineData("scan a b c d", "usage: scan")]
    [InlineData("begin now", "usage: begin")]
    [InlineData("commit", "no transaction is open")]
    [InlineData("rollback xyz", "the handle is none")]
    [InlineData("help nothing", "there is no command 'nothing'")]
    public void A_command_that_makes_no_sense_is_refused_without_any_node(string command, string problem)
    {
        var result = Support.Cli.Run("shell", "--node", "127.0.0.1:1", "--timeout", "50ms", "-c", command);

        Assert.Equal(ExitCode.Failed, result.Code);
        Assert.Contains(problem, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void No_node_is_told()
    {
        var result = Support.Cli.Run("shell", "--node", "127.0.0.1:1", "--timeout", "50ms", "-c", "get a");

        Assert.Equal(ExitCode.Failed, result.Code);
        Assert.Contains("no node answers at 127.0.0.1:1", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_lists_every_command_and_quit_ends()
    {
        var result = Support.Cli.Run("shell", "-c", "# a comment", "-c", "help", "-c", "q", "-c", "frobnicate");

        Assert.Equal(ExitCode.Ok, result.Code);
        Assert.All(Catena.Cli.Shell.ShellVerbs.All, verb => Assert.Contains($"{verb.Name} ", result.Output.Replace('\n', ' '), StringComparison.Ordinal));
    }

    private static CliResult Run(FakeThriftServer[] nodes, params string[] arguments) =>
        Support.Cli.Run(["shell", .. nodes.SelectMany(node => new[] { "--node", node.Address }), "--timeout", "20s", .. arguments]);

    private static ArrayBufferWriter<byte> Raise(CatenaMethod method, int number, CatenaException exception)
    {
        var output = new ArrayBufferWriter<byte>();
        CatenaService.WriteException(output, method, number, exception, "try again"u8);
        return output;
    }

    private static ArrayBufferWriter<byte> Value(CatenaMethod method, int number)
    {
        var output = new ArrayBufferWriter<byte>();
        CatenaService.WriteValueReply(output, method, number, true, "hello"u8, default);
        return output;
    }

    private static ArrayBufferWriter<byte> Bytes(CatenaMethod method, int number)
    {
        var output = new ArrayBufferWriter<byte>();
        CatenaService.WriteBytesReply(output, method, number, "handle"u8);
        return output;
    }
}
