using Catena.Core.Primitives;

namespace Catena.Cli.Bench.Workloads;

/// <summary>Draws every record alike often.</summary>
internal sealed class UniformChooser : IRecordChooser
{
    /// <inheritdoc />
    public long Next(Prng random, long records)
    {
        ArgumentNullException.ThrowIfNull(random);
        return random.Between(0, records - 1);
    }
}
