using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Core.Transactions;
using Catena.Core.Transactions.Coordination;
using Catena.Server.Routing;
using Catena.Server.Transactions;

namespace Catena.Server.Tests.Transactions;

/// <summary>What a node keeps of its transactions stays bounded, whatever the partitions answer.</summary>
public sealed class TransactionServiceTests : ICommandRouter, ICommandSink
{
    private static readonly TransactionOptions Options = new() { MaxRunning = 2 };

    private readonly PartitionMap _map = new(2);
    private readonly Queue<(CommandKind Kind, ICommandSink Sink, long Tag)> _asked = new();
    private readonly Dictionary<long, string> _results = [];
    private readonly TransactionService _service;
    private long _now;

    public TransactionServiceTests() =>
        _service = new TransactionService(this, _map, Options, new NodeId(1), 1, () => _now, () => 1_000, () => { });

    void ICommandRouter.Execute(in Command command, ICommandSink sink, long tag) => _asked.Enqueue((command.Kind, sink, tag));

    void ICommandSink.Complete(long tag, ReadOnlySpan<byte> result)
    {
        var reader = new ResultReader(result);
        _results[tag] = reader.Kind == ResultKind.Error ? reader.Error.ToString() : reader.Kind.ToString();
    }

    [Fact]
    public void More_transactions_than_are_allowed_are_refused()
    {
        Begin(1);
        Begin(2);
        Begin(3);

        Assert.Equal("Busy", Assert.Single(_results).Value);
        Assert.Equal(2, _service.Running);
    }

    [Fact]
    public void What_a_partition_cannot_be_told_is_given_up_after_a_time()
    {
        Begin(1);
        Answer(CommandKind.Prepare, writer => ResultWriter.WriteInteger(writer, (long)TransactionVerdict.Prepared));
        Answer(CommandKind.Decide, writer => ResultWriter.WriteInteger(writer, (long)TransactionVerdict.Committed));
        Assert.Equal("Results", _results[1]);

        Answer(CommandKind.Finish, writer => ResultWriter.WriteError(writer, ErrorCode.TryAgain, default));
        Pass(Options.EndingLimit - 1);
        Assert.Equal(1, _service.Running);
        Answer(CommandKind.Finish, writer => ResultWriter.WriteError(writer, ErrorCode.TryAgain, default));

        Pass(1);
        Assert.Equal(0, _service.Running);
    }

    private void Begin(long tag)
    {
        var program = new ArrayBufferWriter<byte>();
        TransactionProgram.WriteStart(program, ProgramFlags.None, 0);
        foreach (ushort slot in (ushort[])[0, HashSlot.Count - 1])
        {
            PackedList.Add(program, CommandCodec.Encode(new Command { Kind = CommandKind.Put, Slot = slot, Key = "k"u8, Value = "v"u8 }));
        }

        _service.Execute(new Command { Kind = CommandKind.Transact, Slot = Command.SeveralSlots, Items = program.WrittenSpan }, this, tag);
        _service.Work();
    }

    private void Answer(CommandKind kind, Action<IBufferWriter<byte>> write)
    {
        var asked = _asked.Dequeue();
        Assert.Equal(kind, asked.Kind);
        var result = new ArrayBufferWriter<byte>();
        write(result);
        asked.Sink.Complete(asked.Tag, result.WrittenSpan);
        _service.Work();
    }

    private void Pass(long nanoseconds)
    {
        _now += nanoseconds;
        _service.Tick();
        _service.Work();
    }
}
