namespace Catena.Cli.CommandLine;

/// <summary>The codes with which every command ends, so that scripts can tell what went wrong.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Ok = 0;

    /// <summary>The command was understood and could not be carried out; the message says why.</summary>
    public const int Failed = 1;

    /// <summary>The command line, or what it asks of this directory, makes no sense.</summary>
    public const int Usage = 2;

    /// <summary>No node answers, or the cluster cannot serve what was asked.</summary>
    public const int ClusterDead = 3;

    /// <summary>A defect of Catena itself; also a node that ended itself rather than go on with a broken promise.</summary>
    public const int Internal = 70;
}
