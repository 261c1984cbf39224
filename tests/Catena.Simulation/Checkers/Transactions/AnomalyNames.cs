namespace Catena.Simulation.Checkers.Transactions;

/// <summary>The names under which the field knows anomalies.</summary>
public static class AnomalyNames
{
    /// <summary>The name, as reports show it.</summary>
    public static string NameOf(AnomalyKind kind) => kind switch
    {
        AnomalyKind.DuplicateWrite => "duplicate-write",
        AnomalyKind.Internal => "internal",
        AnomalyKind.GarbageRead => "garbage-read",
        AnomalyKind.AbortedRead => "G1a",
        AnomalyKind.IntermediateRead => "G1b",
        AnomalyKind.DuplicateElements => "duplicate-elements",
        AnomalyKind.IncompatibleOrder => "incompatible-order",
        AnomalyKind.LostUpdate => "lost-update",
        AnomalyKind.G0 => "G0",
        AnomalyKind.G1c => "G1c",
        AnomalyKind.GSingle => "G-single",
        AnomalyKind.G2 => "G2",
        AnomalyKind.G0RealTime => "G0-realtime",
        AnomalyKind.G1cRealTime => "G1c-realtime",
        AnomalyKind.GSingleRealTime => "G-single-realtime",
        AnomalyKind.G2RealTime => "G2-realtime",
        AnomalyKind.WrongTotal => "wrong-total",
        _ => "negative-balance",
    };
}
