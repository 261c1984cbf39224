using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Protocols.Thrift;
using Catena.Server.Routing;
using Catena.Server.Tables;

namespace Catena.Server.Listeners.Thrift;

/// <summary>A client's step of a transaction in a named table, as it sent it.</summary>
/// <param name="listener">Whose client it is.</param>
/// <param name="order">Keeps the order of its connection's calls.</param>
/// <param name="frame">The frame without its length; read and found good.</param>
/// <param name="tables">Its table.</param>
/// <param name="sink">Where the result goes.</param>
/// <param name="tag">Handed back with the result.</param>
internal sealed class NamedTransactionCall(ThriftListener listener, CallOrder order, byte[] frame, TableNumbers tables, ICommandSink sink, long tag) : NamedCall(listener.Tables, order, tables, sink, tag)
{
    private static readonly byte[] Ended = EncodedResults.Error(ErrorCode.Aborted, "a table that the transaction used has been dropped; the transaction has ended, nothing happened"u8);

    /// <inheritdoc />
    protected override void Execute(ICommandRouter router)
    {
        Invariant.Holds(CatenaService.ReadCall(frame, out var call) == KeyValueCallStatus.Call, "a call cannot be read a second time");
        var refusal = TransactionCalls.Read(call, Tables, out var command);
        Invariant.Holds(refusal.IsEmpty, "a call that was good is not good a second time");
        router.Execute(command, this, 0);
    }

    /// <summary>One that locks ends with the first refusal, so that there is nothing to repeat.</summary>
    protected override ReadOnlySpan<byte> Told(ReadOnlySpan<byte> result)
    {
        var reader = new ResultReader(result);
        return IsRepeated && reader.Kind == ResultKind.Error && reader.Error == ErrorCode.NoTransaction ? Ended : result;
    }
}
