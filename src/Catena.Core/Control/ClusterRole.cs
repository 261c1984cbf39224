namespace Catena.Core.Control;

/// <summary>A node's place in the election, by the names that status output uses.</summary>
public enum ClusterRole
{
    /// <summary>It does not stand in the election.</summary>
    None = 0,

    /// <summary>The controller: the lowest in the election.</summary>
    Master = 1,

    /// <summary>The next in the election.</summary>
    SubMaster = 2,

    /// <summary>Any other that stands in the election.</summary>
    Slave = 3,
}
