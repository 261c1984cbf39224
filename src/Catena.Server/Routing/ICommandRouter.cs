using Catena.Core.Data;

namespace Catena.Server.Routing;

/// <summary>Carries out commands wherever in the cluster their partition is served.</summary>
public interface ICommandRouter
{
    /// <summary>Carries out one command; its result comes to <paramref name="sink" />, now or later.</summary>
    /// <remarks>
    /// Thread-safe. Commands on one partition that one thread gives in order take effect in order. A read is answered
    /// linearizably. What the command borrows is not used after the call.
    /// </remarks>
    /// <param name="command">What is asked; its slot says where it goes.</param>
    /// <param name="sink">Where the result goes.</param>
    /// <param name="tag">Handed back with the result.</param>
    void Execute(in Command command, ICommandSink sink, long tag);

    /// <summary>Begins a turn on this thread: what is given until <see cref="EndTurn" /> may be seen to together there, and may be complete only then. Without a turn each command is one of its own.</summary>
    void BeginTurn()
    {
        // A router that gathers nothing.
    }

    /// <summary>Ends the turn of this thread.</summary>
    void EndTurn()
    {
        // A router that gathers nothing.
    }
}
