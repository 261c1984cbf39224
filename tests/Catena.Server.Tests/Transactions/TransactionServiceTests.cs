using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Core.Transactions;
using Catena.Core.Transactions.Coordination;
using Catena.Server.Loops;
using Catena.Server.Routing;
using Catena.Server.Transactions;

namespace Catena.Server.Tests.Transactions;

/// <summary>What a node keeps of its transactions stays bounded, whatever the partitions answer.</summary>
public sealed class TransactionServiceTests : ICommandRouter, ICommandSink
{
    /// <summary>What it did not pass on, listeners' loops would not hear: that a thread is in a turn, at whose end it wakes them.</summary>
    [Fact]
    public void Everything_of_turns_is_passed_on() => Assert.All(
        typeof(TransactionService).GetInterfaceMap(typeof(ITurns)).TargetMethods, method => Assert.Equal(typeof(TransactionService), method.DeclaringType));

    private static readonly TransactionOptions Options = new() { MaxRunning = 2, MaxOpen = 1 };

    private readonly PartitionMap _map = new(2);
    private readonly Queue<(CommandKind Kind, ICommandSink Sink, long Tag)> _asked = new();
    private readonly Dictionary<long, string> _results = [];
    private byte[] _handle = [];
    private readonly TransactionService _service;
    private long _now;
    private int _carriedOut;

    public TransactionServiceTests() =>
        _service = new TransactionService(this, _map, Options, new NodeId(1), 1, () => _now, () => 1_000, () => { });

    void ICommandRouter.Execute(in Command command, ICommandSink sink, long tag) => _asked.Enqueue((command.Kind, sink, tag));

    void ICommandRouter.CarryOutGathered() => _carriedOut++;

    void ICommandSink.Complete(long tag, ReadOnlySpan<byte> result)
    {
        var reader = new ResultReader(result);
        _handle = reader.Kind == ResultKind.Value && tag == 1 ? reader.Value.ToArray() : _handle;
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

    /// <summary>Transactions are seen to on another thread, which knows nothing of what the client's thread has gathered.</summary>
    [Fact]
    public void What_was_gathered_before_goes_before_a_transaction_and_each_of_its_steps()
    {
        Begin(1);
        Assert.Equal(1, _carriedOut);
        _service.Execute(new Command { Kind = CommandKind.Begin, Slot = Command.SeveralSlots }, this, 2);
        Assert.Equal(2, _carriedOut);
    }

    [Fact]
    public async Task What_is_under_way_is_told_with_whom_it_waits_for()
    {
        Begin(1);
        var told = _service.ListAsync();
        _service.Work();

        var work = Assert.Single(await told);
        Assert.Equal("program: Committing, Preparing", work.Step);
        Assert.Equal(_asked.Count, work.Awaited.Count);
        Assert.Equal(0, work.Age);
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

    [Fact]
    public void A_transaction_that_its_client_forgot_is_rolled_back()
    {
        Step(CommandKind.Begin, 1);
        Assert.Equal(("Value", 1), (_results[1], _service.Open));
        Step(CommandKind.Begin, 2);
        Assert.Equal("Busy", _results[2]);
        Pass(Options.IdleLimit - 1);
        Step(CommandKind.Continue, 3, new Command { Kind = CommandKind.Put, Slot = 0, Key = "k"u8, Value = "v"u8 });
        Pass(Options.IdleLimit - 1);
        Assert.Equal(("Ok", 1), (_results[3], _service.Open));

        Pass(1);

        Assert.Equal((0, 0), (_service.Open, _service.Running));
        Step(CommandKind.Commit, 4);
        Assert.Equal("NoTransaction", _results[4]);
        Assert.Empty(_asked);
    }

    [Fact]
    public void Steps_that_are_sent_ahead_are_carried_out_one_after_the_other()
    {
        Step(CommandKind.Begin, 1);
        Step(CommandKind.Continue, 2, new Command { Kind = CommandKind.Get, Slot = 0, Key = "k"u8 });
        Step(CommandKind.Continue, 3, new Command { Kind = CommandKind.Put, Slot = 0, Key = "k"u8, Value = "v"u8 });
        Step(CommandKind.Commit, 4);
        Step(CommandKind.Commit, 5);
        Assert.Equal([1L], _results.Keys);

        Answer(CommandKind.Look, writer =>
        {
            ResultWriter.WriteEntriesStart(writer, Lsn.Zero, 1);
            ResultWriter.WriteNoEntry(writer, Lsn.Zero);
        });
        Assert.Equal(("Nil", "Ok"), (_results[2], _results[3]));
        Answer(CommandKind.Decide, writer => ResultWriter.WriteInteger(writer, (long)TransactionVerdict.Committed));

        Assert.Equal(("Ok", "NoTransaction"), (_results[4], _results[5]));
        Assert.Equal((0, 0), (_service.Open, _service.Running));
    }

    [Fact]
    public void A_commit_whose_fate_is_open_is_followed_up_when_its_client_has_been_told_so()
    {
        Step(CommandKind.Begin, 1);
        Step(CommandKind.Continue, 2, new Command { Kind = CommandKind.Put, Slot = 0, Key = "k"u8, Value = "v"u8 });
        Step(CommandKind.Continue, 3, new Command { Kind = CommandKind.Put, Slot = HashSlot.Count - 1, Key = "k"u8, Value = "v"u8 });
        Step(CommandKind.Commit, 4);
        Answer(CommandKind.Prepare, writer => ResultWriter.WriteInteger(writer, (long)TransactionVerdict.Prepared));
        Pass(Options.TimeLimit);
        Assert.Equal("OutcomeUnknown", _results[4]);

        Step(CommandKind.Commit, 5);
        Assert.Equal("NoTransaction", _results[5]);
        Answer(CommandKind.Decide, writer => ResultWriter.WriteInteger(writer, (long)TransactionVerdict.Committed));
        Answer(CommandKind.Finish, ResultWriter.WriteOk);
        Answer(CommandKind.Forget, ResultWriter.WriteOk);
        Assert.Equal((0, 0), (_service.Open, _service.Running));
    }

    private void Step(CommandKind kind, long tag, in Command command = default)
    {
        _service.Execute(new Command { Kind = kind, Slot = 0, Value = _handle, Items = command.Kind == 0 ? [] : CommandCodec.Encode(command) }, this, tag);
        _service.Work();
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
