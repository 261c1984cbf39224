using Catena.Core.Primitives;
using Catena.Server.Routing;

namespace Catena.Simulation.Cluster;

/// <summary>Sends one command's result to the client that asked.</summary>
internal sealed class ReplySink(NodeProgram program, NodeId client, PartitionId partition) : ICommandSink
{
    private bool _isDone;

    /// <inheritdoc />
    public void Complete(long tag, ReadOnlySpan<byte> result)
    {
        if (_isDone)
        {
            throw new InvalidOperationException($"attempt {tag} of client {client.Value} was answered twice");
        }

        _isDone = true;
        program.Reply(client, partition, tag, result);
    }
}
