using Catena.Protocols.Thrift;

namespace Catena.Cli.Shell;

/// <summary>A command of the shell that was not carried out, or of which that is not known.</summary>
/// <param name="message">What happened.</param>
internal sealed class ShellException(string message) : Exception(message)
{
    /// <summary>Whether it may have taken effect all the same.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Whether the connection to the node was lost, or could not be made.</summary>
    public bool IsLost { get; init; }

    /// <summary>The exception that the node raised; 0 for none.</summary>
    public CatenaException Raised { get; init; }
}
