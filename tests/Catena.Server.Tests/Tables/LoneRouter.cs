using System.Collections.Concurrent;
using System.Text;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Server.Partitions;
using Catena.Server.Routing;
using Catena.Server.Tests.Backups;

namespace Catena.Server.Tests.Tables;

/// <summary>A way to the partitions of a lone node, which flushes after each command; any thread may use it.</summary>
internal sealed class LoneRouter(LoneNode node, int partitions) : ICommandRouter
{
    private readonly Lock _sync = new();
    private readonly ConcurrentQueue<(byte[] Command, ICommandSink Sink, long Tag)> _held = new();
    private readonly PartitionMap _map = new(partitions);

    /// <summary>What is answered in place of carrying a command out, by kind and slot; null to carry it out.</summary>
    internal Func<CommandKind, ushort, byte[]?> Refuses { get; set; } = (_, _) => null;

    /// <summary>Is called before a command is carried out.</summary>
    internal Action<CommandKind> Before { get; set; } = _ => { };

    /// <summary>Which commands wait until <see cref="Release" />, by kind and key.</summary>
    internal Func<CommandKind, string, bool> Holds { get; set; } = (_, _) => false;

    /// <summary>How many wait.</summary>
    internal int Held => _held.Count;

    public void Execute(in Command command, ICommandSink sink, long tag)
    {
        if (Refuses(command.Kind, command.Slot) is { } refusal)
        {
            sink.Complete(tag, refusal);
            return;
        }

        if (Holds(command.Kind, Encoding.Latin1.GetString(command.Key)))
        {
            _held.Enqueue((CommandCodec.Encode(command), sink, tag));
            return;
        }

        Before(command.Kind);
        lock (_sync)
        {
            Host(command.Slot).Execute(command, RequestId.None, sink, tag);
            node.Flush();
        }
    }

    /// <summary>Carries out what was held, and holds nothing any more.</summary>
    internal void Release()
    {
        Holds = (_, _) => false;
        while (_held.TryDequeue(out var held))
        {
            var reader = new ByteReader(held.Command);
            Execute(CommandCodec.Read(ref reader), held.Sink, held.Tag);
        }
    }

    internal PartitionHost Host(ushort slot) => node.Host(_map.Of(new HashSlot(slot)).Value);
}
