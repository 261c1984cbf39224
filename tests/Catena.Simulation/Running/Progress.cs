using System.Diagnostics;
using System.Globalization;

namespace Catena.Simulation.Running;

/// <summary>Shows how far a run of many seeds has got: one line that is rewritten on a terminal, else a line now and then.</summary>
/// <param name="target">Where it goes.</param>
/// <param name="rewrites">Whether lines can be rewritten there.</param>
/// <param name="seeds">How many seeds there will be.</param>
internal sealed class Progress(TextWriter target, bool rewrites, long seeds)
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private TimeSpan _last;

    /// <summary>Shows the present state, if the last time is long enough ago.</summary>
    public void Show(long done, long violations, long simulated)
    {
        if (_watch.Elapsed - _last < TimeSpan.FromSeconds(rewrites ? 0.2 : 5))
        {
            return;
        }

        _last = _watch.Elapsed;
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{done}/{seeds} seeds, {violations} violations, {simulated / 1_000_000_000} s simulated, {done / _watch.Elapsed.TotalSeconds:F1} seeds/s");
        target.Write(rewrites ? $"\r{text}\u001b[K" : text + "\n");
    }

    /// <summary>Makes room for other output.</summary>
    public void Clear()
    {
        if (rewrites)
        {
            target.Write("\r\u001b[K");
        }
    }
}
