using Catena.Core.Data;
using Catena.Core.Transactions;
using Catena.Server.Routing;
using Catena.Simulation.Nodes;

namespace Catena.Simulation.Cluster;

/// <summary>Writes into the trace what a node's transactions ask of partitions, and what they are told.</summary>
internal sealed class TracedRouter(ICommandRouter router, SimulatedNode node, ClusterSystem system) : ICommandRouter
{
    /// <inheritdoc />
    public void Execute(in Command command, ICommandSink sink, long tag)
    {
        if (!node.World.Tracing)
        {
            router.Execute(command, sink, tag);
            return;
        }

        var id = command.Kind switch
        {
            CommandKind.Prepare or CommandKind.Decide => TransactionPart.TryRead(command.Items, out var part) ? $"{part.Id} {part.Flags}" : "",
            CommandKind.Finish or CommandKind.Forget => $"{TransactionId.Read(command.Value)}",
            _ => "",
        };
        var text = $"p{system.Map.Of(new Core.Placement.HashSlot(command.Slot))} {command.Kind} {(command.Number == 0 ? "" : $"{(TransactionVerdict)command.Number} ")}{id}";
        node.World.Trace($"node {node.Id.Value} asks {tag >> 20}.{tag & 0xfffff} {text}");
        router.Execute(command, new TracedSink(sink, node, text), tag);
    }

    /// <inheritdoc />
    public void CarryOutGathered() => router.CarryOutGathered();

    private sealed class TracedSink(ICommandSink sink, SimulatedNode node, string text) : ICommandSink
    {
        /// <inheritdoc />
        public void Complete(long tag, ReadOnlySpan<byte> result)
        {
            var reader = new ResultReader(result);
            var answer = reader.Kind switch
            {
                ResultKind.Integer => $"{(TransactionVerdict)reader.Integer}",
                ResultKind.Error => $"{reader.Error}",
                ResultKind.Entries => Entries(reader),
                _ => $"{reader.Kind}",
            };
            node.World.Trace($"node {node.Id.Value} told {tag >> 20}.{tag & 0xfffff} {text}: {answer}");
            sink.Complete(tag, result);
        }

        private static string Entries(ResultReader reader)
        {
            var versions = new List<string>();
            for (var index = 0; index < reader.Count; index++)
            {
                reader.ReadEntry(out var version, out _, out _);
                versions.Add($"{version}");
            }

            return $"Entries {string.Join(' ', versions)}";
        }
    }
}
