using System.Globalization;
using Catena.Simulation.Timelines;

namespace Catena.Simulation.Running;

/// <summary>Runs a seed that has failed once more, to write down what happened: a readable trace, and a page that shows it.</summary>
/// <param name="directory">Where to; made where it is missing.</param>
/// <param name="mode">What is simulated.</param>
/// <param name="command">The command that runs such seeds.</param>
/// <param name="optionsOf">Makes a seed's simulation.</param>
internal sealed class FailureEvidence(DirectoryInfo directory, string mode, string command, Func<ulong, SimulationOptions> optionsOf)
{
    /// <summary>Of more failures only the commands are told: one that a change brings about often fails everywhere.</summary>
    private const int Most = 5;

    private int _written;

    /// <summary>Writes the evidence of one seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="output">Is told where it is.</param>
    internal void Write(ulong seed, TextWriter output)
    {
        if (_written++ >= Most)
        {
            return;
        }

        directory.Create();
        var path = Path.Combine(directory.FullName, string.Create(CultureInfo.InvariantCulture, $"{mode}-{seed}"));
        var timeline = new Timeline();
        SimulationResult result;
        using (var trace = File.CreateText(path + ".txt"))
        {
            result = Simulation.Run(optionsOf(seed) with { Trace = trace.WriteLine, Timeline = timeline });
        }

        using (var page = File.CreateText(path + ".html"))
        {
            TimelinePage.Write(page, timeline, result, SeedRunner.RepeatOf(command, seed));
        }

        output.WriteLine($"  trace: {path}.txt");
        output.WriteLine($"  timeline: {path}.html");
    }
}
