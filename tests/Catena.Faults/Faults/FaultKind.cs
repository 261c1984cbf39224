namespace Catena.Faults.Faults;

/// <summary>What can be done to a cluster; each is undone again.</summary>
internal enum FaultKind
{
    /// <summary>One node is killed with -9 and started again with its data.</summary>
    Kill,

    /// <summary>The first member of a busy partition, its primary or head, is killed.</summary>
    KillFirst,

    /// <summary>The second of the three members of a busy partition is killed.</summary>
    KillMiddle,

    /// <summary>The last member of a busy partition is killed.</summary>
    KillTail,

    /// <summary>Two nodes are killed at once.</summary>
    KillTwo,

    /// <summary>Every node is killed at once.</summary>
    KillAll,

    /// <summary>One node is asked to stop and is started again.</summary>
    Restart,

    /// <summary>One node is halted for five seconds.</summary>
    Pause,

    /// <summary>One node is cut off from everything, clients included.</summary>
    Cut,

    /// <summary>One node is cut off from the others and the coordinator, while clients still reach it.</summary>
    Isolate,

    /// <summary>What one node sends to the others and to the coordinator is lost, or what they send to it.</summary>
    OneWay,

    /// <summary>Two nodes do not reach each other, while everything else goes on.</summary>
    CutPair,

    /// <summary>The second and the last member of a busy partition do not reach each other: in a chain, a broken link that the head does not see.</summary>
    CutLink,

    /// <summary>One node does not reach the coordinator.</summary>
    CutCoordinator,

    /// <summary>Everything from and to one node is slow.</summary>
    Slow,

    /// <summary>One node's disk is full.</summary>
    DiskFull,

    /// <summary>The coordinator is killed and started again.</summary>
    KillCoordinator,
}
