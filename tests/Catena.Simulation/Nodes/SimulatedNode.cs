using System.Diagnostics.CodeAnalysis;
using Catena.Core.Primitives;
using Catena.Simulation.Disks;
using Catena.Simulation.Network;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Nodes;

/// <summary>A machine with a disk and clocks, on which one process after another runs.</summary>
/// <remarks>
/// Everything that calls into the process passes <see cref="Run(string, Action)" />, so that nothing reaches a dead process, a process never
/// sees what was meant for the one before it, and a paused one sees all of it later, each piece as an event of its own.
/// </remarks>
public sealed class SimulatedNode : INetworkEndpoint
{
    private readonly Func<SimulatedNode, INodeProgram> _program;
    private readonly Queue<(string Kind, Action Action)> _held = new();

    /// <summary>A machine that is attached to the network and not yet running.</summary>
    /// <param name="world">The world it is in.</param>
    /// <param name="id">Its identity.</param>
    /// <param name="network">What it sends through.</param>
    /// <param name="disk">Its disk.</param>
    /// <param name="clock">Its clocks.</param>
    /// <param name="program">Makes the process at each start.</param>
    public SimulatedNode(
        World world, NodeId id, SimulatedNetwork network, SimulatedDisk disk, SimulatedClock clock, Func<SimulatedNode, INodeProgram> program)
    {
        ArgumentNullException.ThrowIfNull(network);
        World = world;
        Id = id;
        Network = network;
        Disk = disk;
        Clock = clock;
        _program = program;
        network.Attach(id, this);
    }

    /// <summary>The world it is in.</summary>
    public World World { get; }

    /// <summary>Its identity.</summary>
    public NodeId Id { get; }

    /// <summary>What it sends through.</summary>
    public SimulatedNetwork Network { get; }

    /// <summary>Its disk, which outlives its processes.</summary>
    public SimulatedDisk Disk { get; }

    /// <summary>Its clocks.</summary>
    public SimulatedClock Clock { get; }

    /// <summary>Whether a process exists, and runs.</summary>
    public NodeState State { get; private set; }

    /// <summary>Whether the machine has power, so that its operating system answers whoever asks for the process.</summary>
    public bool IsPowered { get; private set; } = true;

    /// <summary>The number of the process, from 1; what carries an older one's number is dropped.</summary>
    public ulong Incarnation { get; private set; }

    /// <summary>The process; null while there is none.</summary>
    public INodeProgram? Program { get; private set; }

    /// <summary>Called when the process ends, whatever the reason.</summary>
    public Action<SimulatedNode>? Exited { get; set; }

    /// <summary>Starts a process.</summary>
    public void Boot()
    {
        if (State != NodeState.Down)
        {
            throw new InvalidOperationException($"node {Id} is already {State}");
        }

        State = NodeState.Running;
        IsPowered = true;
        Incarnation++;
        Trace($"boots, incarnation {Incarnation}");
        World.Timeline?.Condition(Id, World.Now, null);
        Guard(() =>
        {
            Program = _program(this);
            Program.Start();
        });
    }

    /// <summary>Ends the process (kill -9): the operating system still has what was written, and its peers see their connections break.</summary>
    public void Kill()
    {
        if (State == NodeState.Down)
        {
            return;
        }

        Trace("is killed");
        Stop(announced: true);
        Disk.ProcessDied();
    }

    /// <summary>Asks the process to end in order, and ends it; a paused one is killed.</summary>
    public void EndInOrder()
    {
        if (State == NodeState.Running)
        {
            Trace("ends in order");
            Guard(() => Program?.Stop());
        }

        Kill();
    }

    /// <summary>Ends the process and loses what was not synced; its peers are told nothing.</summary>
    public void LosePower()
    {
        Trace("loses power");
        IsPowered = false;
        if (State != NodeState.Down)
        {
            Stop(announced: false);
        }

        Disk.LosePower();
    }

    /// <summary>Stops the process in its tracks; events for it wait.</summary>
    public void Pause()
    {
        if (State == NodeState.Running)
        {
            Trace("is paused");
            World.Timeline?.Condition(Id, World.Now, "paused");
            State = NodeState.Paused;
        }
    }

    /// <summary>Lets a paused process go on: what it missed reaches it now, in order.</summary>
    public void Resume()
    {
        if (State != NodeState.Paused)
        {
            return;
        }

        Trace($"resumes, {_held.Count} events late");
        World.Timeline?.Condition(Id, World.Now, null);
        State = NodeState.Running;
        while (_held.TryDequeue(out var late))
        {
            var incarnation = Incarnation;
            World.Schedule(0, late.Kind, Id.Value, () => Run(incarnation, late.Kind, late.Action));
        }
    }

    /// <summary>Runs something in the present process: now, or when it resumes, or never if it dies first.</summary>
    public void Run(string kind, Action action) => Run(Incarnation, kind, action);

    /// <summary>Runs something in the process that is there now, after a delay in the world's time (a device's, not a clock's).</summary>
    public ScheduledEvent After(long delay, string kind, Action action)
    {
        var incarnation = Incarnation;
        return World.Schedule(delay, kind, Id.Value, () => Run(incarnation, kind, action));
    }

    /// <summary>Runs something in the process that is there now, once its monotonic clock shows <paramref name="due" />.</summary>
    public ClockTimer SetTimer(long due, string kind, Action action)
    {
        var incarnation = Incarnation;
        return Clock.SetTimer(due, kind, () => Run(incarnation, kind, action));
    }

    /// <summary>Sends a message to another endpoint.</summary>
    public void Send(NodeId to, object message) => Network.Send(Id, to, message);

    /// <inheritdoc />
    public void Receive(NodeId from, object message) => Run("node.receive", () => Program?.Receive(from, message));

    /// <inheritdoc />
    public void ConnectionBroken(NodeId peer) => Run("node.broken", () => Program?.ConnectionBroken(peer));

    private void Run(ulong incarnation, string kind, Action action)
    {
        if (incarnation != Incarnation || State == NodeState.Down)
        {
            return;
        }

        if (State == NodeState.Paused)
        {
            _held.Enqueue((kind, action));
            return;
        }

        Guard(action);
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever a process dies of is reported as a violation, with its stack.")]
    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (ProcessExitException exit)
        {
            Trace($"exits: {exit.Message}");
            Stop(announced: true);
            Disk.ProcessDied();
        }
        catch (Exception unexpected)
        {
            World.Fail("unhandled exception", $"node {Id}: {unexpected}");
        }
    }

    private void Stop(bool announced)
    {
        State = NodeState.Down;
        World.Timeline?.Ended(Id, World.Now);
        Program = null;
        _held.Clear();
        Clock.ForgetTimers();
        Network.Disconnect(Id, announced);
        Exited?.Invoke(this);
    }

    private void Trace(string what)
    {
        if (World.Tracing)
        {
            World.Trace($"node {Id.Value} {what}");
        }
    }
}
