using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Protocols.Resp;
using Catena.Server.Routing;

namespace Catena.Server.Listeners.Redis;

/// <summary>One command without keys on every partition: numbers are added up, everything else must succeed.</summary>
/// <param name="kind">What is done on each.</param>
/// <param name="partitions">The slots of each partition.</param>
/// <param name="version">The version of the reply.</param>
internal sealed class PartitionsGathering(CommandKind kind, SlotRange[] partitions, RespVersion version) : Gathering
{
    private const int CommandsPerRound = 256;

    private readonly FirstError _error = new();
    private int _next;
    private long _sum;

    /// <inheritdoc />
    public override void WriteReply(IBufferWriter<byte> output)
    {
        var writer = new RespWriter(output, version);
        if (_error.IsSet)
        {
            _error.Write(writer);
        }
        else if (kind == CommandKind.Count)
        {
            writer.WriteInteger(_sum);
        }
        else
        {
            writer.WriteOk();
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
        if (_next == partitions.Length || _error.IsSet)
        {
            return false;
        }

        var end = Math.Min(_next + CommandsPerRound, partitions.Length);
        while (_next < end)
        {
            Execute(router, new Command { Kind = kind, Slot = partitions[_next++].First.Value }, 0);
        }

        return true;
    }

    /// <inheritdoc />
    internal override void Take(long tag, ReadOnlySpan<byte> result)
    {
        var reader = new ResultReader(result);
        switch (reader.Kind)
        {
            case ResultKind.Integer:
                _sum += reader.Integer;
                break;
            case ResultKind.Error:
                _error.Set(reader.Error, reader.Value);
                break;
        }
    }
}
