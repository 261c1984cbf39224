namespace Catena.Simulation.Nodes;

/// <summary>Whether a node's process exists and gets processor time.</summary>
public enum NodeState
{
    /// <summary>There is no process.</summary>
    Down,

    /// <summary>The process runs.</summary>
    Running,

    /// <summary>The process exists and stands still (SIGSTOP, a suspended machine, a long collection).</summary>
    Paused,
}
