using Catena.Simulation.Disks;
using Catena.Simulation.Nodes;
using Catena.Storage;

namespace Catena.Simulation.Cluster;

/// <summary>The thread that flushes a node's journal, as events: one flush at a time, and what came meanwhile goes with the next.</summary>
/// <param name="node">The node.</param>
/// <param name="device">The disk.</param>
/// <param name="storage">What is flushed.</param>
/// <param name="enter">Lets something happen in the process, with its errors seen to.</param>
/// <param name="begun">Called when a flush begins.</param>
/// <param name="ended">Called when what was appended before that is stable.</param>
internal sealed class JournalFlusher(
    SimulatedNode node, SimulatedDevice device, NodeStorage storage, Action<Action> enter, Action begun, Action ended)
{
    private bool _isUnderWay;
    private long _since;

    /// <summary>For how long the flush under way has been so, on the node's clock; 0 where none is.</summary>
    internal long Age => _isUnderWay ? node.Clock.Now - _since : 0;

    /// <summary>The journal has something to flush.</summary>
    internal void Grew()
    {
        if (_isUnderWay)
        {
            return;
        }

        _isUnderWay = true;
        _since = node.Clock.Now;
        node.After(0, "node.flush", () => enter(Flush));
    }

    private void Flush()
    {
        begun();
        SimulatedFile? unsynced;
        device.Defers = true;
        try
        {
            storage.Flush(sync: true);
        }
        finally
        {
            device.Defers = false;
            unsynced = device.TakeDeferred();
        }

        if (unsynced is null)
        {
            End();
            return;
        }

        unsynced.BeginSync(succeeded => node.Run("node.flushed", () => enter(() =>
        {
            if (!succeeded)
            {
                throw new ProcessExitException("fsync failed");
            }

            End();
        })));
    }

    private void End()
    {
        _isUnderWay = false;
        ended();
        storage.PrepareSpace();
        if (storage.AppendedPosition > storage.DurablePosition)
        {
            Grew();
        }
    }
}
