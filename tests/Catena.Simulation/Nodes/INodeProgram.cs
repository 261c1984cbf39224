using Catena.Core.Primitives;

namespace Catena.Simulation.Nodes;

/// <summary>What runs on a <see cref="SimulatedNode" />: one object is one process, from its start to its death.</summary>
/// <remarks>
/// The process has no notice of its death: it is no longer called, and its timers and completions never come. It ends itself by throwing
/// <see cref="ProcessExitException" />; any other exception is a violation.
/// </remarks>
public interface INodeProgram
{
    /// <summary>The process starts, with what the disk holds.</summary>
    void Start();

    /// <summary>A message came.</summary>
    void Receive(NodeId from, object message);

    /// <summary>The connection to another node broke: what was under way in either direction may be lost.</summary>
    void ConnectionBroken(NodeId peer);

    /// <summary>The process is asked to end in order (SIGTERM); it ends when this returns.</summary>
    void Stop()
    {
    }
}
