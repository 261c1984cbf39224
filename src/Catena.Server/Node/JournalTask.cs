using Catena.Server.Loops;
using Catena.Server.Platform;

namespace Catena.Server.Node;

/// <summary>Has an event loop flush the journal at the end of its turn.</summary>
/// <param name="loop">The loop.</param>
/// <param name="grew">Says in the turn that the journal has grown.</param>
internal sealed class JournalTask(EventLoop loop, Action grew) : LoopTask(loop)
{
    /// <inheritdoc />
    protected override void NoteReady(Readiness readiness)
    {
        // It has no socket.
    }

    /// <inheritdoc />
    protected override bool Pump()
    {
        grew();
        return false;
    }
}
