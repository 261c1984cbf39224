namespace Catena.Faults.Faults;

/// <summary>The kinds of faults by name, and what they need.</summary>
internal static class FaultKinds
{
    private static readonly (FaultKind Kind, string Name, string Description)[] Entries =
    [
        (FaultKind.Kill, "kill", "kill -9 of one node, which is started again 2 to 5 s later"),
        (FaultKind.KillFirst, "kill-first", "kill -9 of the first member of a busy partition: its primary, or its head"),
        (FaultKind.KillMiddle, "kill-middle", "kill -9 of the second member of a busy partition; only in chain modes, if not named"),
        (FaultKind.KillTail, "kill-tail", "kill -9 of the last member of a busy partition; only in chain modes, if not named"),
        (FaultKind.KillTwo, "kill-two", "kill -9 of two nodes at once"),
        (FaultKind.KillAll, "kill-all", "kill -9 of all nodes at once"),
        (FaultKind.Restart, "restart", "one node stops in order and is started again"),
        (FaultKind.Pause, "pause", "SIGSTOP of one node, SIGCONT 5 s later"),
        (FaultKind.Cut, "cut", "one node cut off from everything, both ways"),
        (FaultKind.Isolate, "isolate", "one node cut off from nodes and coordinator both ways; clients still reach it"),
        (FaultKind.OneWay, "one-way", "one node's packets to nodes and coordinator are lost, or theirs to it"),
        (FaultKind.CutPair, "cut-pair", "two nodes cut off from each other only"),
        (FaultKind.CutLink, "cut-link", "the second and the last member of a busy partition cut off from each other only; as kill-tail"),
        (FaultKind.CutCoordinator, "cut-coordinator", "one node cut off from the coordinator only"),
        (FaultKind.Slow, "slow", "a slow link to one node"),
        (FaultKind.DiskFull, "disk-full", "one node's disk full for 15 s"),
        (FaultKind.KillCoordinator, "kill-coordinator", "kill -9 of the coordinator, which is started again 2 to 8 s later"),
    ];

    /// <summary>All of them, in the order of the enumeration.</summary>
    public static IReadOnlyList<FaultKind> All { get; } = [.. Entries.Select(entry => entry.Kind)];

    /// <summary>Those that make sense where every backup has the same place.</summary>
    public static IReadOnlyList<FaultKind> WithoutChains { get; } =
        [.. All.Where(kind => kind is not (FaultKind.KillMiddle or FaultKind.KillTail or FaultKind.CutLink))];

    /// <summary>The names and what they mean, for people.</summary>
    public static string Help { get; } = string.Join('\n', Entries.Select(entry => $"  {entry.Name,-18}{entry.Description}"));

    /// <summary>What a kind is called.</summary>
    public static string NameOf(FaultKind kind) => Entries.Single(entry => entry.Kind == kind).Name;

    /// <summary>The kind of a name.</summary>
    /// <returns>Null where there is none.</returns>
    public static FaultKind? Find(string name) => Entries.Where(entry => entry.Name == name).Select(entry => (FaultKind?)entry.Kind).SingleOrDefault();

    /// <summary>What a kind strikes.</summary>
    public static FaultArea AreaOf(FaultKind kind) => kind switch
    {
        FaultKind.Cut or FaultKind.Isolate or FaultKind.OneWay or FaultKind.CutPair or FaultKind.CutLink or FaultKind.CutCoordinator or FaultKind.Slow => FaultArea.Network,
        FaultKind.DiskFull => FaultArea.Disk,
        FaultKind.KillCoordinator => FaultArea.Coordinator,
        _ => FaultArea.Processes,
    };
}
