using Catena.Core.Primitives;
using Catena.Server.Routing;

namespace Catena.Server.Listeners;

/// <summary>The one gathering that a connection may have under way, and the slot of its reply. Only the connection's pump uses it.</summary>
internal sealed class GatheringPlace
{
    private Gathering? _gathering;
    private ReplySlot? _slot;

    /// <summary>Whether there is one.</summary>
    public bool IsTaken => _gathering is not null;

    /// <summary>Whether there is one whose commands are all complete, so that it goes on.</summary>
    public bool IsReady => _gathering is { IsIdle: true };

    /// <summary>Takes the place; the first <see cref="Step" /> starts it.</summary>
    /// <param name="gathering">What is done.</param>
    /// <param name="slot">Where its reply goes.</param>
    public void Begin(Gathering gathering, ReplySlot slot)
    {
        Invariant.Holds(!IsTaken, "a gathering was started beside another");
        _gathering = gathering;
        _slot = slot;
    }

    /// <summary>Starts the next round, or writes the reply after the last one; only where it is ready.</summary>
    /// <param name="connection">Who is woken at the end of the round.</param>
    /// <param name="router">Where commands go.</param>
    /// <returns>Whether the reply is written, so that the place is free.</returns>
    public bool Step(ClientConnection connection, ICommandRouter router)
    {
        if (!_gathering!.Step(connection, router))
        {
            return false;
        }

        _gathering.WriteReply(_slot!.Writer);
        End();
        return true;
    }

    /// <summary>Frees the place; its reply is what was written by then.</summary>
    public void End()
    {
        _slot!.Finish();
        _gathering!.Release();
        _slot = null;
        _gathering = null;
    }
}
