using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Protocols.Table;
using Catena.Server.Routing;

namespace Catena.Server.Listeners.Table;

/// <summary>The answer to size: the keys of all partitions, counted. A key that is put or deleted meanwhile may count or not.</summary>
/// <param name="partitions">The slots of each partition.</param>
internal sealed class SizeGathering(SlotRange[] partitions) : Gathering
{
    private const int CommandsPerRound = 256;

    private int _next;
    private long _sum;
    private bool _hasFailed;

    /// <inheritdoc />
    public override void WriteReply(IBufferWriter<byte> output)
    {
        if (_hasFailed || _sum > int.MaxValue)
        {
            TableService.WriteError(output);
        }
        else
        {
            TableService.WriteSize(output, (int)_sum);
        }
    }

    /// <inheritdoc />
    public override void Release()
    {
        // It holds nothing that is pooled.
    }

    /// <inheritdoc />
    protected override bool StartRound(ICommandRouter router)
    {
        if (_next == partitions.Length || _hasFailed)
        {
            return false;
        }

        var end = Math.Min(_next + CommandsPerRound, partitions.Length);
        while (_next < end)
        {
            Execute(router, new Command { Kind = CommandKind.Count, Slot = partitions[_next++].First.Value }, 0);
        }

        return true;
    }

    /// <inheritdoc />
    internal override void Take(long tag, ReadOnlySpan<byte> result)
    {
        var reader = new ResultReader(result);
        _hasFailed |= reader.Kind != ResultKind.Integer;
        _sum += reader.Integer;
    }
}
