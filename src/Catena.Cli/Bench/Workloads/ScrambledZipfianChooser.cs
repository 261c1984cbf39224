using Catena.Core.Primitives;

namespace Catena.Cli.Bench.Workloads;

/// <summary>Draws few records often and many seldom, the often drawn ones scattered over all.</summary>
/// <remarks>
/// YCSB's ScrambledZipfianGenerator: a number by Zipf's law under ten thousand millions, whose hash (FNV-1a of its eight bytes) names the record. The most popular record gets 3.8 % of all draws, however many records there
/// are. Where records are added, the hash goes over a tenth more than there were at first, and a draw of one that is not there is repeated; so what each number means stays the same.
/// </remarks>
/// <param name="records">How many records there are at first.</param>
/// <param name="grows">Whether records are added.</param>
internal sealed class ScrambledZipfianChooser(long records, bool grows) : IRecordChooser
{
    private const long Items = 10_000_000_000;

    /// <summary>The sum of 1/i^0.99 for i from 1 to ten thousand millions; YCSB's constant.</summary>
    private const double ZetaOfItems = 26.46902820178302;

    private const ulong FnvBasis = 0xCBF29CE484222325;
    private const ulong FnvPrime = 1_099_511_628_211;

    private readonly ZipfianNumbers _numbers = new(Items, ZetaOfItems);
    private readonly long _range = grows ? records + Math.Max(1, records / 10) : records;

    /// <inheritdoc />
    public long Next(Prng random, long records)
    {
        while (true)
        {
            var record = (long)(Hash((ulong)_numbers.Next(random)) % (ulong)_range);
            if (record < records)
            {
                return record;
            }
        }
    }

    /// <summary>The record's number before it is brought under the number of records.</summary>
    public static ulong Hash(ulong number)
    {
        var hash = FnvBasis;
        for (var octet = 0; octet < sizeof(ulong); octet++)
        {
            hash ^= number & 0xFF;
            hash *= FnvPrime;
            number >>= 8;
        }

        return hash;
    }
}
