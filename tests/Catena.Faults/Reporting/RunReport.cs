using System.Text.Json;

namespace Catena.Faults.Reporting;

/// <summary>What a run has found, as it is written to <c>--json</c>.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Mode">The mode of replication.</param>
/// <param name="Rounds">How many rounds were completed.</param>
/// <param name="Operations">How many operations the foreign clients made.</param>
/// <param name="Transactions">How many transactions were run beside them.</param>
/// <param name="Violations">What was wrong.</param>
/// <param name="SlowLink">What a slow link was like.</param>
/// <param name="Faults">The figures of each fault.</param>
internal sealed record RunReport(
    ulong Seed, string Mode, int Rounds, long Operations, long Transactions, IReadOnlyList<string> Violations, string SlowLink, IReadOnlyList<FaultFigures> Faults)
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Writes it to a file.</summary>
    public void WriteTo(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, Format) + "\n");
}
