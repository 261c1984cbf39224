using Catena.Core.Primitives;

namespace Catena.Cli.Bench.Workloads;

/// <summary>Draws the newest record most often, and older ones by Zipf's law of their age: YCSB's SkewedLatestGenerator.</summary>
/// <param name="records">How many records there are at first.</param>
internal sealed class LatestChooser(long records) : IRecordChooser
{
    private readonly ZipfianNumbers _ages = new(records);

    /// <inheritdoc />
    public long Next(Prng random, long records)
    {
        _ages.Grow(records);
        return records - 1 - _ages.Next(random);
    }
}
