using System.Buffers;
using System.Text;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Server.Routing;
using Catena.Server.Tests.Backups;

namespace Catena.Server.Tests.Routing;

public sealed class CommandRouterTests
{
    private static readonly NodeId Other = new(8);

    [Fact]
    public void An_answer_to_a_command_of_an_earlier_life_is_not_taken_for_one_of_this_life()
    {
        using var before = new LoneNode();
        using var after = new LoneNode(wallMilliseconds: before.Ports.WallMilliseconds + 1);
        var (first, firstPort) = RouterOf(before);
        var (second, secondPort) = RouterOf(after);
        Get(first, before, 1);
        Get(second, after, 2);

        // The other node answers only now, over the connection to the process that runs now.
        second.ReceiveReply(AnswerTo(firstPort.Requests.Single().Request));
        Assert.Empty(after.Results);
        second.ReceiveReply(AnswerTo(secondPort.Requests.Single().Request));
        Assert.Equal(2, after.Results.Single().Tag);
    }

    /// <summary>A connection breaks while a command is handed to it: who sends and who hears of the break both want it back, and one of them has to get it.</summary>
    [Fact]
    public void A_command_whose_connection_breaks_while_it_is_sent_is_sent_again()
    {
        using var node = new LoneNode();
        var (router, port) = RouterOf(node);
        port.OnSend = to =>
        {
            router.PeerLost(to);
            return false;
        };
        Get(router, node, 1);
        port.OnSend = _ => true;
        node.Ports.Now += 1_000_000_000;
        router.Tick();
        Assert.Equal(2, port.Requests.Count);
        router.ReceiveReply(AnswerTo(port.Requests[1].Request));
        Assert.Equal(1, node.Results.Single().Tag);
    }

    /// <summary>Whoever ends a turn is a thread of its own; an exception that left it would end the process before the node can end in order.</summary>
    /// <summary>What has failed in its midst is not gone on with: its end would fail once more here.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_turn_that_fails_is_the_nodes_failure_and_not_the_threads(bool settles)
    {
        using var node = new LoneNode();
        var failures = new List<Exception>();
        var router = new CommandRouter(node.Core, new PartitionMap(1), new PartitionDirectory(1), new RecordingForwardPort(), new NodeId(7), TimeSpan.FromSeconds(5), failures.Add);
        var failure = new IOException("no more descriptors");
        router.BeginTurn();
        node.Ports.FailsToSend = failure;
        if (settles)
        {
            router.SettleTurn();
        }

        router.EndTurn();
        Assert.Same(failure, Assert.Single(failures));
    }

    private static (CommandRouter Router, RecordingForwardPort Port) RouterOf(LoneNode node)
    {
        node.Configure(default, 2, Other);
        var directory = new PartitionDirectory(1);
        directory.Learn(default, new Configuration { Epoch = new Epoch(2), Mode = ReplicationMode.PrimaryBackup, Members = [Other] });
        var port = new RecordingForwardPort();
        return (new CommandRouter(node.Core, new PartitionMap(1), directory, port, new NodeId(7), TimeSpan.FromSeconds(5), _ => { }), port);
    }

    private static void Get(CommandRouter router, LoneNode sink, long tag)
    {
        var key = Encoding.UTF8.GetBytes("key");
        router.Execute(new Command { Kind = CommandKind.Get, Slot = HashSlot.Of(key).Value, Key = key }, sink, tag);
    }

    private static byte[] AnswerTo(byte[] request)
    {
        var result = new ArrayBufferWriter<byte>();
        ResultWriter.WriteNil(result);
        var reply = new ArrayBufferWriter<byte>();
        ForwardCodec.WriteReply(reply, new ByteReader(request).ReadUInt64(), default, null, result.WrittenSpan);
        return reply.WrittenSpan.ToArray();
    }
}
