using Catena.Core.Data;
using Catena.Server.Loops;

namespace Catena.Server.Routing;

/// <summary>Carries out commands wherever in the cluster their partition is served.</summary>
public interface ICommandRouter : ITurns
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

    /// <summary>Carries out a command as <see cref="Execute" /> does; it may be gathered until the end of the turn, to be carried out together with others.</summary>
    /// <param name="command">What is asked.</param>
    /// <param name="sink">Where the result goes.</param>
    /// <param name="tag">Handed back with the result.</param>
    void Gather(in Command command, ICommandSink sink, long tag) => Execute(command, sink, tag);

    /// <summary>Carries out what this thread has gathered: something is about to be asked past this router that must come after it.</summary>
    void CarryOutGathered()
    {
        // Nothing is gathered.
    }

    /// <summary>Answers reads of single keys that came together, from the first on, as far as this node can answer them at once; each as if it had been executed alone, in order.</summary>
    /// <param name="run">The keys.</param>
    /// <param name="output">Where the values go.</param>
    /// <returns>How many were answered; the next is for <see cref="Execute" />.</returns>
    int LookUp(KeyRun run, IValueOutput output) => 0;
}
