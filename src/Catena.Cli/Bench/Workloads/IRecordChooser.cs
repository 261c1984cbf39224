using Catena.Core.Primitives;

namespace Catena.Cli.Bench.Workloads;

/// <summary>Draws records for operations. Not thread-safe.</summary>
internal interface IRecordChooser
{
    /// <summary>Draws one.</summary>
    /// <param name="random">The source of chance.</param>
    /// <param name="records">How many records there are: the draw is under it. Never fewer than before.</param>
    long Next(Prng random, long records);
}
