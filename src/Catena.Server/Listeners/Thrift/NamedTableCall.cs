using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Protocols.Thrift;
using Catena.Server.Routing;
using Catena.Server.Tables;

namespace Catena.Server.Listeners.Thrift;

/// <summary>A client's call on keys of named tables, as it sent it.</summary>
/// <param name="listener">Whose client it is.</param>
/// <param name="order">Keeps the order of its connection's calls.</param>
/// <param name="frame">The frame without its length; read and found good.</param>
/// <param name="tables">Its tables.</param>
/// <param name="sink">Where the result goes.</param>
/// <param name="tag">Handed back with the result.</param>
internal sealed class NamedTableCall(ThriftListener listener, CallOrder order, byte[] frame, TableNumbers tables, ICommandSink sink, long tag) : NamedCall(listener.Tables, order, tables, sink, tag)
{
    /// <inheritdoc />
    protected override void Execute(ICommandRouter router)
    {
        Invariant.Holds(CatenaService.ReadTableCall(frame, out _, out var call) == KeyValueCallStatus.Call, "a call cannot be read a second time");
        var refusal = TableCalls.Read(call, Tables, listener.Time.GetUtcNow().ToUnixTimeMilliseconds(), out var command, out _);
        if (refusal.IsEmpty)
        {
            router.Execute(command, this, 0);
        }
        else
        {
            End(EncodedResults.Error(ErrorCode.BadRequest, refusal));
        }
    }
}
