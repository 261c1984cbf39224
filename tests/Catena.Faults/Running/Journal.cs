using System.Diagnostics;
using System.Globalization;

namespace Catena.Faults.Running;

/// <summary>Tells what happens as it happens, and collects what is wrong.</summary>
/// <param name="output">Where lines go.</param>
internal sealed class Journal(TextWriter output)
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly List<string> _violations = [];

    /// <summary>What was wrong so far.</summary>
    public IReadOnlyList<string> Violations => _violations;

    /// <summary>How long the run has taken.</summary>
    public TimeSpan Elapsed => _watch.Elapsed;

    /// <summary>Prints a line.</summary>
    public void Tell(string line) => output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_watch.Elapsed.TotalSeconds,7:f1} s  {line}"));

    /// <summary>Notes that a promise was broken.</summary>
    public void Violate(string what)
    {
        _violations.Add(what);
        Tell("VIOLATION: " + what);
    }
}
