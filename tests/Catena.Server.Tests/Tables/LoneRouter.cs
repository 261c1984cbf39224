using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Server.Partitions;
using Catena.Server.Routing;
using Catena.Server.Tests.Backups;

namespace Catena.Server.Tests.Tables;

/// <summary>A way to the partitions of a lone node, which flushes after each command; any thread may use it.</summary>
internal sealed class LoneRouter(LoneNode node, int partitions) : ICommandRouter
{
    private readonly Lock _sync = new();
    private readonly PartitionMap _map = new(partitions);

    /// <summary>What is answered in place of carrying a command out, by kind and slot; null to carry it out.</summary>
    internal Func<CommandKind, ushort, byte[]?> Refuses { get; set; } = (_, _) => null;

    /// <summary>Is called before a command is carried out.</summary>
    internal Action<CommandKind> Before { get; set; } = _ => { };

    public void Execute(in Command command, ICommandSink sink, long tag)
    {
        if (Refuses(command.Kind, command.Slot) is { } refusal)
        {
            sink.Complete(tag, refusal);
            return;
        }

        Before(command.Kind);
        lock (_sync)
        {
            Host(command.Slot).Execute(command, RequestId.None, sink, tag);
            node.Flush();
        }
    }

    internal PartitionHost Host(ushort slot) => node.Host(_map.Of(new HashSlot(slot)).Value);
}
