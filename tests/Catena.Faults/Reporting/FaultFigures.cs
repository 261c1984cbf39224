namespace Catena.Faults.Reporting;

/// <summary>What one fault cost the clients; times in milliseconds.</summary>
/// <param name="Round">The round.</param>
/// <param name="Kind">Its name.</param>
/// <param name="Victim">Whom it struck.</param>
/// <param name="Held">From when it struck until it was undone.</param>
/// <param name="Healed">From when it was undone until all partitions had all members.</param>
/// <param name="AffectedWriteGap">The longest time without a successful write to the hot keys that a victim led; null where it led none.</param>
/// <param name="AffectedReadGap">The same of reads.</param>
/// <param name="WriteGap">The longest time without a successful write to any key.</param>
/// <param name="ReadGap">The same of reads.</param>
/// <param name="Operations">Operations that ended between when it struck and when all was whole.</param>
/// <param name="Errors">How many of them ended in an error, by code.</param>
internal sealed record FaultFigures(
    int Round,
    string Kind,
    string Victim,
    double Held,
    double Healed,
    double? AffectedWriteGap,
    double? AffectedReadGap,
    double WriteGap,
    double ReadGap,
    int Operations,
    IReadOnlyDictionary<string, int> Errors);
