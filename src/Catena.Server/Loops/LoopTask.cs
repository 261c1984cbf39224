using Catena.Server.Platform;

namespace Catena.Server.Loops;

/// <summary>Work that several threads have news for and one event loop does.</summary>
/// <remarks>The pump runs on the loop's thread alone, so nothing in it needs a lock. A pump that always finds more to do lets others have their turn now and then.</remarks>
/// <param name="loop">The loop.</param>
/// <param name="isOfClient">Whether its socket is a client's, who mostly waits for an answer before he asks again.</param>
internal abstract class LoopTask(EventLoop loop, bool isOfClient = false)
{
    private const int RoundsBeforeYield = 32;

    private int _isPosted;

    /// <summary>The loop that does it.</summary>
    internal EventLoop Loop { get; } = loop;

    /// <summary>Whether its socket is a client's.</summary>
    internal bool IsOfClient { get; } = isOfClient;

    /// <summary>Its place among the sockets of the loop; set by the loop.</summary>
    internal int Place { get; set; } = -1;

    /// <summary>The next of those that were posted from other threads; the loop's.</summary>
    internal LoopTask? NextPosted { get; set; }

    /// <summary>Makes the pump look again, soon, on the loop's thread. Any thread; never blocks.</summary>
    internal void Signal()
    {
        if (Interlocked.Exchange(ref _isPosted, 1) == 0)
        {
            Loop.Post(this);
        }
    }

    /// <summary>Runs the pump of a task that was posted.</summary>
    internal void RunPosted()
    {
        // What is signalled from here on posts it again; what was before is seen below.
        Interlocked.Exchange(ref _isPosted, 0);
        Run();
    }

    /// <summary>Takes the word of its socket, and runs the pump.</summary>
    internal void OnReady(Readiness readiness)
    {
        NoteReady(readiness);
        Run();
    }

    /// <summary>Notes what its socket can do.</summary>
    protected abstract void NoteReady(Readiness readiness);

    /// <summary>Does everything that can be done now.</summary>
    /// <returns>Whether there is more to do at once.</returns>
    protected abstract bool Pump();

    private void Run()
    {
        for (var round = 0; round < RoundsBeforeYield; round++)
        {
            if (!Pump())
            {
                return;
            }
        }

        Signal();
    }
}
