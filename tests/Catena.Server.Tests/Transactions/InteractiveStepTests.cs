using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Core.Transactions.Coordination;
using Catena.Server.Routing;
using Catena.Server.Transactions;

namespace Catena.Server.Tests.Transactions;

/// <summary>Transactions whose commands come one by one: what clients send ahead, and how much a node keeps of them.</summary>
public sealed class InteractiveStepTests : ICommandRouter, ICommandSink
{
    private const int MaxOpenBytes = 10_000_000;

    private readonly Queue<(CommandKind Kind, ICommandSink Sink, long Tag)> _asked = new();
    private readonly List<(long Tag, string Result, byte[] Value)> _results = [];
    private readonly TransactionService _service;

    public InteractiveStepTests() =>
        _service = new TransactionService(this, new PartitionMap(2), new TransactionOptions { MaxOpenBytes = MaxOpenBytes }, new NodeId(1), 1, () => 0, () => 1_000, () => { });

    void ICommandRouter.Execute(in Command command, ICommandSink sink, long tag) => _asked.Enqueue((command.Kind, sink, tag));

    void ICommandSink.Complete(long tag, ReadOnlySpan<byte> result)
    {
        var reader = new ResultReader(result);
        _results.Add((tag, reader.Kind == ResultKind.Error ? reader.Error.ToString() : reader.Kind.ToString(), reader.Value.ToArray()));
    }

    [Fact]
    public void However_many_steps_wait_for_one_they_are_carried_out_in_order()
    {
        const int Steps = 50_000;
        var handle = Begin();
        Send(handle, new Command { Kind = CommandKind.Get, Slot = 0, Key = "k"u8 }, 0);
        for (var step = 1; step <= Steps; step++)
        {
            Send(handle, new Command { Kind = CommandKind.Put, Slot = 0, Key = "k"u8 }, step);
        }

        _service.Work();
        Assert.Empty(_results);
        AnswerLook(10);
        Assert.Equal(Enumerable.Range(0, Steps + 1), _results.Select(result => (int)result.Tag));
    }

    [Fact]
    public void What_open_transactions_have_read_counts_as_long_as_they_are_open()
    {
        // More than once: what the first leaves must not make room for the second.
        for (var round = 0; round < 3; round++)
        {
            var handle = Begin();
            Send(handle, new Command { Kind = CommandKind.Get, Slot = 0, Key = "k"u8 }, 1);
            _service.Work();
            AnswerLook(MaxOpenBytes + 1);
            Send(handle, new Command { Kind = CommandKind.Get, Slot = 0, Key = "l"u8 }, 2);
            _service.Execute(new Command { Kind = CommandKind.Rollback, Slot = 0, Value = handle }, this, 3);
            _service.Work();
            Assert.Equal([(1L, "Value"), (2L, "Busy"), (3L, "Ok")], _results.Select(result => (result.Tag, result.Result)));
            _results.Clear();
        }
    }

    private byte[] Begin()
    {
        _service.Execute(new Command { Kind = CommandKind.Begin, Slot = 0 }, this, 0);
        _service.Work();
        var handle = Assert.Single(_results).Value;
        _results.Clear();
        return handle;
    }

    private void Send(byte[] handle, in Command command, long tag) =>
        _service.Execute(new Command { Kind = CommandKind.Continue, Slot = 0, Value = handle, Items = CommandCodec.Encode(command) }, this, tag);

    private void AnswerLook(int valueBytes)
    {
        var (kind, sink, tag) = Assert.Single(_asked);
        _asked.Clear();
        Assert.Equal(CommandKind.Look, kind);
        var result = new ArrayBufferWriter<byte>();
        ResultWriter.WriteEntriesStart(result, Lsn.Zero, 1);
        ResultWriter.WriteEntry(result, new Lsn(new Epoch(1), 1), 0, new byte[valueBytes]);
        sink.Complete(tag, result.WrittenSpan);
        _service.Work();
    }
}
