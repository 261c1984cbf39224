using Catena.Core.Data;
using Catena.Server.Routing;

namespace Catena.Server.Transactions;

/// <summary>Hands on the result of the only command of a transaction.</summary>
internal sealed class OneResultSink(ICommandSink sink) : ICommandSink
{
    /// <inheritdoc />
    public void Complete(long tag, ReadOnlySpan<byte> result)
    {
        var reader = new ResultReader(result);
        sink.Complete(tag, reader.Kind == ResultKind.Results ? reader.ReadResult() : result);
    }
}
