using System.Buffers;
using Catena.Core.Primitives;
using Catena.Server.Routing;

namespace Catena.Server.Listeners;

/// <summary>A request that takes many commands: over all partitions, or page by page.</summary>
/// <remarks>
/// Works in rounds. The connection's pump starts each round (<see cref="Step" />), which gives the router some commands; when all
/// of them are complete, on whatever threads, the pump is woken and starts the next one. No command is started from a completion.
/// </remarks>
internal abstract class Gathering : ICommandSink
{
    private readonly Lock _sync = new();
    private ClientConnection? _connection;
    private int _outstanding;

    /// <summary>Whether no command is under way.</summary>
    public bool IsIdle => Volatile.Read(ref _outstanding) == 0;

    /// <summary>Starts the next round.</summary>
    /// <param name="connection">Who is woken at the end of the round.</param>
    /// <param name="router">Where the commands go.</param>
    /// <returns>Whether all rounds are over, so that the reply can be written.</returns>
    public bool Step(ClientConnection connection, ICommandRouter router)
    {
        Invariant.Holds(IsIdle, "a round was started before the last one was over");
        _connection = connection;

        // The one held here keeps the round open while its commands are still being given out.
        Volatile.Write(ref _outstanding, 1);
        var isOver = !StartRound(router);
        Interlocked.Decrement(ref _outstanding);
        Invariant.Holds(!isOver || IsIdle, "commands were started in a round that does not take place");
        return isOver;
    }

    /// <inheritdoc />
    public void Complete(long tag, ReadOnlySpan<byte> result)
    {
        lock (_sync)
        {
            _connection!.TakeOrFail(this, tag, result);
        }

        if (Interlocked.Decrement(ref _outstanding) == 0)
        {
            _connection!.Signal();
        }
    }

    /// <summary>Writes the whole reply; called once, after the last round.</summary>
    /// <param name="output">Where to.</param>
    public abstract void WriteReply(IBufferWriter<byte> output);

    /// <summary>Gives pooled memory back; called once, when no command is under way.</summary>
    public abstract void Release();

    /// <summary>Gives the next commands to the router through <see cref="Execute" />.</summary>
    /// <param name="router">Where the commands go.</param>
    /// <returns>False, and nothing is given out, where there is nothing more to do.</returns>
    protected abstract bool StartRound(ICommandRouter router);

    /// <summary>Takes one result; one at a time, on any thread.</summary>
    /// <param name="tag">What the command was given with.</param>
    /// <param name="result">The result, borrowed.</param>
    internal abstract void Take(long tag, ReadOnlySpan<byte> result);

    /// <summary>Asks for one result from elsewhere than the router as part of the round.</summary>
    /// <param name="ask">Asks; the result comes to <see cref="Complete" />.</param>
    protected void Await(Action ask)
    {
        Interlocked.Increment(ref _outstanding);
        ask();
    }

    /// <summary>Gives one command to the router as part of the round.</summary>
    /// <param name="router">The router.</param>
    /// <param name="command">The command.</param>
    /// <param name="tag">Comes back with the result.</param>
    protected void Execute(ICommandRouter router, in Core.Data.Command command, long tag)
    {
        Interlocked.Increment(ref _outstanding);
        router.Execute(command, this, tag);
    }
}
