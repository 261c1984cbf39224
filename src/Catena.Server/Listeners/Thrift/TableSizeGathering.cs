using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Protocols.Thrift;
using Catena.Server.Routing;
using Catena.Server.Tables;

namespace Catena.Server.Listeners.Thrift;

/// <summary>The answer to tableSize: the table's keys in all partitions, counted. A key that is put or deleted meanwhile may count or not.</summary>
/// <param name="tables">Knows the numbers of tables.</param>
/// <param name="name">The table's name.</param>
/// <param name="partitions">The slots of each partition.</param>
/// <param name="sequenceId">The call's number.</param>
internal sealed class TableSizeGathering(TableCatalogue tables, byte[] name, SlotRange[] partitions, int sequenceId) : NamedGathering(tables, name, CatenaMethod.TableSize, sequenceId)
{
    private const int CommandsPerRound = 256;

    private int _next;
    private long _sum;

    /// <inheritdoc />
    protected override void Restart() => (_next, _sum) = (0, 0);

    /// <inheritdoc />
    protected override bool StartCommands(ICommandRouter router)
    {
        if (_next == partitions.Length)
        {
            return false;
        }

        var end = Math.Min(_next + CommandsPerRound, partitions.Length);
        while (_next < end)
        {
            Execute(router, new Command { Kind = CommandKind.Count, Table = Table, Slot = partitions[_next++].First.Value }, 0);
        }

        return true;
    }

    /// <inheritdoc />
    protected override void TakeResult(ResultReader reader) => _sum += reader.Integer;

    /// <inheritdoc />
    protected override void WriteResult(IBufferWriter<byte> output) => CatenaService.WriteNumberReply(output, CatenaMethod.TableSize, SequenceId, _sum);
}
