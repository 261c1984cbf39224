using System.Diagnostics;

namespace Catena.Cli.Up;

/// <summary>Starts the process of a node.</summary>
internal interface IProcessStarter
{
    /// <summary>Starts a node.</summary>
    /// <param name="node">Which, and how.</param>
    /// <returns>The running process, whose input is a pipe that stays open, and whose output and error output are pipes to read.</returns>
    Process Start(NodeLaunch node);
}
