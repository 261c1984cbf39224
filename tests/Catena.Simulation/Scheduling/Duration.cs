namespace Catena.Simulation.Scheduling;

/// <summary>Lengths of time in nanoseconds, the unit of the simulated world.</summary>
public static class Duration
{
    /// <summary>A thousand nanoseconds.</summary>
    public const long Microsecond = 1_000;

    /// <summary>A million nanoseconds.</summary>
    public const long Millisecond = 1_000_000;

    /// <summary>A thousand million nanoseconds.</summary>
    public const long Second = 1_000_000_000;

    /// <summary>Prints a moment for people, as in <c>12.000345678</c> seconds.</summary>
    public static string Print(long nanoseconds) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{nanoseconds / Second}.{nanoseconds % Second:D9}");
}
