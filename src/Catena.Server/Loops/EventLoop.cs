using System.Net.Sockets;
using Catena.Server.Platform;

namespace Catena.Server.Loops;

/// <summary>One thread that serves many sockets: it waits until some are ready, and does what is to be done for all of them in one turn of the node.</summary>
/// <remarks>
/// <para>
/// No request changes threads, which costs more than most requests; and what came together goes together: pipelines of all clients that were ready share their
/// work at partitions, their messages to other nodes and their flush of the journal (<see cref="ITurns" />).
/// </para>
/// <para>
/// Tasks that other threads have news for are posted to a list without a lock, and the thread is woken only where it sleeps. A thread that is in a turn of its own wakes at the end of that (<see cref="WakeHeld" />), once for all that it had
/// news for: a loop that wakes with the first finds little to do, and takes the processor from whoever makes the rest.
/// </para>
/// </remarks>
internal sealed class EventLoop : IDisposable
{
    private const int EventsAtOnce = 512;

    /// <summary>How many times a loop that waits for the disk looks for sockets in a turn: those who ask again at once are not to put its end off for ever.</summary>
    private const int MostLooks = 8;

    /// <summary>For so many clients, answers that are there before the wait for the disk go out before it. A few who have theirs that early only ask again while nobody listens.</summary>
    private const int ManyClients = 16;

    /// <summary>So many clients, where most are at work, ask for the same partitions in a turn. With half as many it is worth more to begin with each while others still ask.</summary>
    private const int Crowd = 128;

    [ThreadStatic]
    private static List<EventLoop>? _held;

    private readonly Lock _sync = new();
    private readonly Epoll _epoll = new(EventsAtOnce);
    private readonly ITurns _turns;
    private readonly Thread _thread;
    private readonly bool _waitsForDisk;
    private volatile SpinPace? _pace;
    private readonly Queue<LoopTask> _own = new();
    private readonly Stack<int> _free = new();
    private LoopTask?[] _tasks = new LoopTask?[64];
    private uint[] _generations = new uint[64];
    private int _used;
    private int _clients;
    private LoopTask? _posted;
    private long _waited;
    private int _threadId;
    private int _isAsleep;
    private volatile bool _isStopping;

    /// <summary>A loop that has not started.</summary>
    /// <param name="name">The thread's name.</param>
    /// <param name="turns">Whose turns it makes.</param>
    /// <param name="waitsForDisk">Whether its turns may end with a wait for the disk. Then it looks for more before they end, since who comes too late for a turn waits for the disk twice.</param>
    internal EventLoop(string name, ITurns turns, bool waitsForDisk = false)
    {
        _turns = turns;
        _waitsForDisk = waitsForDisk;
        _thread = new Thread(Run) { Name = name, IsBackground = true };
    }

    /// <summary>Starts the thread.</summary>
    internal void Start() => _thread.Start();

    /// <summary>Has it look out for news of clients before it sleeps, where that is worth it (<see cref="SpinPace" />). Whoever says so first says for how long.</summary>
    /// <param name="nanoseconds">For how long at most.</param>
    internal void LookOutForClients(long nanoseconds) => _pace ??= new SpinPace(nanoseconds);

    /// <summary>Serves a socket from now on; its task's pump runs soon. Any thread.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    internal void Attach(LoopTask task, Socket socket)
    {
        lock (_sync)
        {
            var isNew = !_free.TryPeek(out var place);
            if (isNew)
            {
                place = _used;
                if (place == _tasks.Length)
                {
                    Array.Resize(ref _generations, 2 * place);
                    Array.Resize(ref _tasks, 2 * place);
                }
            }

            // First, since it may fail, and then the task has no place.
            _epoll.Watch(socket.SafeHandle, ((ulong)++_generations[place] << 32) | (uint)place);
            _ = isNew ? _used++ : _free.Pop();
            _tasks[place] = task;
            _clients += task.IsOfClient ? 1 : 0;
            task.Place = place;
        }
    }

    /// <summary>Forgets a task whose socket is closed. On the loop's thread.</summary>
    internal void Detach(LoopTask task)
    {
        lock (_sync)
        {
            if (task.Place >= 0)
            {
                _tasks[task.Place] = null;
                _free.Push(task.Place);
                _clients -= task.IsOfClient ? 1 : 0;
                task.Place = -1;
            }
        }
    }

    /// <summary>Whether this is the loop's thread.</summary>
    internal bool IsCurrent => Environment.CurrentManagedThreadId == _threadId;

    /// <summary>Whether sockets of clients are attached. Any thread.</summary>
    internal bool ServesClients => Volatile.Read(ref _clients) > 0;

    /// <summary>Whether what clients ask one by one is best gathered until the end of the turn: this thread makes the sync, so that nobody misses it, and they are many. Any thread.</summary>
    internal bool GathersAmongClients => _waitsForDisk && Volatile.Read(ref _clients) >= Crowd;

    /// <summary>Whether the thread sleeps, or is about to. Any thread.</summary>
    internal bool IsAsleep => Volatile.Read(ref _isAsleep) != 0;

    /// <summary>Wakes the loops that this thread has posted something to in its turn.</summary>
    internal static void WakeHeld()
    {
        if (_held is { Count: > 0 } held)
        {
            foreach (var loop in held)
            {
                loop.Wake();
            }

            held.Clear();
        }
    }

    /// <summary>Has a task's pump run; told once until it has. Any thread; never blocks.</summary>
    internal void Post(LoopTask task)
    {
        if (IsCurrent)
        {
            _own.Enqueue(task);
            return;
        }

        LoopTask? first;
        do
        {
            first = Volatile.Read(ref _posted);
            task.NextPosted = first;
        }
        while (Interlocked.CompareExchange(ref _posted, task, first) != first);

        if (!_turns.IsInTurn)
        {
            Wake();
        }
        else if (!(_held ??= []).Contains(this))
        {
            _held.Add(this);
        }
    }

    /// <summary>Ends the thread, whatever is attached.</summary>
    public void Dispose()
    {
        _isStopping = true;
        _epoll.Wake();
        if (_thread.IsAlive && Thread.CurrentThread != _thread)
        {
            _thread.Join();
        }

        _epoll.Dispose();
    }

    private void Wake()
    {
        if (Volatile.Read(ref _isAsleep) != 0 && Interlocked.Exchange(ref _isAsleep, 0) != 0)
        {
            _epoll.Wake();
        }
    }

    private bool OwesTurn => _waitsForDisk && _turns.OwesTurn;

    private bool HasPosted => _own.Count > 0 || Volatile.Read(ref _posted) is not null;

    private void Run()
    {
        _threadId = Environment.CurrentManagedThreadId;
        while (!_isStopping)
        {
            var ready = Await();
            Volatile.Write(ref _isAsleep, 0);
            Turn(ready);
            if (_own.Count > 0 || OwesTurn)
            {
                // Mostly answers to what was given in the turn; those who have theirs may be awaited.
                Turn(ready: 0);
            }
        }

        // Who was told to close does.
        Turn(ready: 0);
    }

    /// <summary>Waits until sockets are ready or something is posted.</summary>
    /// <returns>How many sockets are ready.</returns>
    private int Await()
    {
        var clients = Volatile.Read(ref _clients);
        if (_pace is not { } pace || clients == 0 || (_waitsForDisk && clients > SpinPace.FewClients))
        {
            return Sleep();
        }

        var limit = pace.Limit(clients);
        var ready = limit > 0 ? _epoll.Wait(0) : 0;
        if (ready > 0)
        {
            // It is busy: that costs no look at the clock.
            _waited = 1;
            return ready;
        }

        var begun = MonotonicClock.Now;
        ready = limit > 0 ? LookOut(begun + limit) : 0;
        if (ready == 0)
        {
            ready = Sleep();
        }

        _waited = ready > 0 ? MonotonicClock.Now - begun : 0;
        return ready;
    }

    private int LookOut(long until)
    {
        var ready = 0;
        while (ready == 0 && !HasPosted && MonotonicClock.Now < until)
        {
            // Whoever has something to do goes first: it may be what this thread waits for.
            Thread.Yield();
            ready = _epoll.Wait(0);
        }

        return ready;
    }

    private int Sleep() => _epoll.Wait(MayBlock() ? -1 : 0);

    /// <summary>Whether the thread may sleep; whoever posts something from here on wakes it.</summary>
    private bool MayBlock()
    {
        if (HasPosted || OwesTurn)
        {
            return false;
        }

        Interlocked.Exchange(ref _isAsleep, 1);
        return !HasPosted;
    }

    private void Turn(int ready)
    {
        _turns.BeginTurn();
        RunOwn();
        RunPosted();
        Dispatch(ready);
        for (var look = 1; _waitsForDisk && ((ready > 0 && look < MostLooks) || (_turns.IsGathering && !HasPosted)); look++)
        {
            if (ready == 0)
            {
                // Those that are waited for go first.
                Thread.Yield();
            }

            ready = _epoll.Wait(0);
            Dispatch(ready);
        }

        if (_waitsForDisk && Volatile.Read(ref _clients) >= ManyClients)
        {
            _turns.SettleTurn();
            if (_own.Count >= ManyClients)
            {
                RunOwn();
            }
        }

        _turns.EndTurn();
    }

    private void RunOwn()
    {
        // What those post in turn comes after.
        for (var left = _own.Count; left > 0; left--)
        {
            _own.Dequeue().RunPosted();
        }
    }

    private void Dispatch(int ready)
    {
        var isForClients = false;
        for (var index = 0; index < ready; index++)
        {
            isForClients |= Dispatch(_epoll.Event(index, out var readiness), readiness);
        }

        if (_waited > 0)
        {
            _pace!.Note(isForClients ? _waited : long.MaxValue, Volatile.Read(ref _clients));
            _waited = 0;
        }
    }

    /// <returns>Whether it was news of a client, or for one.</returns>
    private bool Dispatch(ulong token, Readiness readiness)
    {
        if (token == Epoll.WakeToken)
        {
            _epoll.TakeWakes();
            return true;
        }

        var place = (int)(uint)token;
        LoopTask? task;
        lock (_sync)
        {
            // Whose place it was may have ended, and somebody else have it now.
            task = _generations[place] == (uint)(token >> 32) ? _tasks[place] : null;
        }

        task?.OnReady(readiness);
        return task is { IsOfClient: true };
    }

    private void RunPosted()
    {
        var newest = Interlocked.Exchange(ref _posted, null);
        LoopTask? oldest = null;
        while (newest is not null)
        {
            var next = newest.NextPosted;
            newest.NextPosted = oldest;
            oldest = newest;
            newest = next;
        }

        while (oldest is not null)
        {
            var next = oldest.NextPosted;
            oldest.NextPosted = null;
            oldest.RunPosted();
            oldest = next;
        }
    }
}
