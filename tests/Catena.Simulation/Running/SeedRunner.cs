using System.Globalization;
using Catena.Simulation.Faults;

namespace Catena.Simulation.Running;

/// <summary>Runs seed after seed and tells how they ended.</summary>
/// <param name="output">Receives what is found; its last line sums up.</param>
/// <param name="progress">Receives the live progress.</param>
/// <param name="progressRewrites">Whether the progress can rewrite its line.</param>
public sealed class SeedRunner(TextWriter output, TextWriter progress, bool progressRewrites)
{
    /// <summary>Called with each seed that has failed, and with where to say more of it.</summary>
    internal Action<ulong, TextWriter>? Failed { get; init; }

    /// <summary>Runs seeds from <paramref name="start" /> on.</summary>
    /// <param name="command">The command that runs such seeds, for what is printed; without numbers of seeds.</param>
    /// <param name="seeds">How many.</param>
    /// <param name="start">The first.</param>
    /// <param name="twice">Whether to run each twice and compare.</param>
    /// <param name="optionsOf">Makes a seed's simulation.</param>
    /// <param name="finished">Called with each result.</param>
    /// <returns>How many seeds had a violation.</returns>
    public long Run(
        string command, long seeds, ulong start, bool twice, Func<ulong, SimulationOptions> optionsOf, Action<SimulationResult>? finished = null)
    {
        ArgumentNullException.ThrowIfNull(optionsOf);
        long violations = 0;
        long simulated = 0;
        long stranded = 0;
        long operations = 0;
        var faults = new SortedDictionary<FaultKind, long>();
        var shown = new Progress(progress, progressRewrites, seeds);
        for (long done = 0; done < seeds; done++)
        {
            shown.Show(done, violations, simulated);
            var seed = unchecked(start + (ulong)done);
            var result = Simulation.Run(optionsOf(seed));
            simulated += result.SimulatedTime;
            stranded += result.NeedsOperator ? 1 : 0;
            operations += result.History.Count;
            foreach (var (kind, struck) in result.FaultsByKind)
            {
                faults[kind] = faults.GetValueOrDefault(kind) + struck;
            }

            finished?.Invoke(result);
            var found = result.Violations.Select(violation => violation.ToString()).ToList();
            if (twice && Simulation.Run(optionsOf(seed)).Unseed is var again && again != result.Unseed)
            {
                found.Add(string.Create(CultureInfo.InvariantCulture, $"determinism: unseed {result.Unseed:x16}, then {again:x16}"));
            }

            if (found.Count > 0)
            {
                violations++;
                shown.Clear();
                Report(command, result, found);
            }
            else if (seeds == 1)
            {
                Describe(result);
            }
        }

        shown.Clear();
        if (faults.Count > 0)
        {
            output.WriteLine($"{operations.ToString(CultureInfo.InvariantCulture)} operations under {string.Join(", ", faults.Select(fault => $"{fault.Value} {fault.Key}"))}");
        }

        if (stranded > 0)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{stranded} seeds ended where only an operator could go on"));
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{seeds} seeds, {violations} violations, {simulated / 1_000_000_000} s simulated"));
        return violations;
    }

    private void Report(string command, SimulationResult result, List<string> found)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {result.Seed}: VIOLATION"));
        foreach (var violation in found)
        {
            output.WriteLine($"  {violation.ReplaceLineEndings("\n  ")}");
        }

        Describe(result);
        output.WriteLine($"  repeat: {RepeatOf(command, result.Seed)}");
        Failed?.Invoke(result.Seed, output);
    }

    /// <summary>The command that repeats a seed.</summary>
    internal static string RepeatOf(string command, ulong seed) => string.Create(CultureInfo.InvariantCulture, $"{command} --seeds 1 --start {seed} --trace");

    private void Describe(SimulationResult result) => output.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"  seed {result.Seed}: {result.Events} events, {result.Faults} faults, {result.History.Count} operations, unseed {result.Unseed:x16}"));
}
