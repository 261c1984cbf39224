using System.Buffers;
using Catena.Core.Data;
using Catena.Server.Routing;

namespace Catena.Server.PubSub;

/// <summary>How many took a published message, over all nodes.</summary>
/// <param name="here">How many at this node.</param>
/// <param name="deadline">When nodes that have not answered are given up.</param>
/// <param name="sink">Where the number goes.</param>
/// <param name="tag">Handed back with it.</param>
internal sealed class ReceiptQuestion(long here, long deadline, ICommandSink sink, long tag) : PeerQuestion(deadline, sink, tag)
{
    private long _count = here;

    /// <inheritdoc />
    protected override void Take(PubSubFrame answer) => _count += answer.Count;

    /// <inheritdoc />
    protected override void WriteResult(IBufferWriter<byte> output) => ResultWriter.WriteInteger(output, _count);
}
