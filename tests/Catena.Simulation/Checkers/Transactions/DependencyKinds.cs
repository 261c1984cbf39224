namespace Catena.Simulation.Checkers.Transactions;

/// <summary>Why one transaction must come before another.</summary>
[Flags]
internal enum DependencyKinds
{
    /// <summary>For no reason.</summary>
    None = 0,

    /// <summary>ww: the second wrote a later version of a key that the first wrote.</summary>
    WriteWrite = 1,

    /// <summary>wr: the second read what the first wrote.</summary>
    WriteRead = 2,

    /// <summary>rw: the second wrote a later version of a key than the first read; an anti-dependency.</summary>
    ReadWrite = 4,

    /// <summary>rt: the first returned before the second was called.</summary>
    RealTime = 8,

    /// <summary>As <see cref="WriteWrite" />, where the order of the versions is known from real time alone.</summary>
    WriteWriteByTime = 16,

    /// <summary>As <see cref="ReadWrite" />, where the order of the versions is known from real time alone.</summary>
    ReadWriteByTime = 32,

    /// <summary>Anti-dependencies, however known.</summary>
    AnyReadWrite = ReadWrite | ReadWriteByTime,

    /// <summary>Whatever takes real time.</summary>
    AnyTime = RealTime | WriteWriteByTime | ReadWriteByTime,

    /// <summary>Everything.</summary>
    All = 63,
}
