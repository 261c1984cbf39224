using Catena.Core.Primitives;

namespace Catena.Cli.Bench.Workloads;

/// <summary>Draws numbers by Zipf's law: number i, from 0, as often as 1/(i+1)^0.99 says.</summary>
/// <remarks>
/// The method is that of J. Gray et al., "Quickly generating billion-record synthetic databases" (SIGMOD 1994), as YCSB has it: a draw takes one power, whatever the number of items. The first two
/// numbers come exactly as often as they should, the rest closely so. The sum that it needs is worked out once, and continued where items are added. Not thread-safe.
/// </remarks>
internal sealed class ZipfianNumbers
{
    /// <summary>The exponent, YCSB's.</summary>
    public const double Theta = 0.99;

    private const double Alpha = 1 / (1 - Theta);
    private static readonly double HalfPower = Math.Pow(0.5, Theta);
    private static readonly double ZetaOfTwo = 1 + HalfPower;

    private long _items;
    private double _zeta;
    private double _eta;

    /// <summary>Numbers under a limit, which can grow.</summary>
    /// <param name="items">The limit.</param>
    public ZipfianNumbers(long items) => Grow(items);

    /// <summary>Numbers under a limit for which the sum of 1/i^0.99 over all of them is known.</summary>
    /// <param name="items">The limit.</param>
    /// <param name="zeta">The sum.</param>
    public ZipfianNumbers(long items, double zeta)
    {
        _items = items;
        _zeta = zeta;
        _eta = EtaOf();
    }

    /// <summary>Draws one.</summary>
    public long Next(Prng random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var draw = random.NextDouble();
        var place = draw * _zeta;
        if (place < 1 || _items == 1)
        {
            return 0;
        }

        return place < 1 + HalfPower || _items == 2
            ? 1
            : Math.Min((long)(_items * Math.Pow((_eta * draw) - _eta + 1, Alpha)), _items - 1);
    }

    /// <summary>Raises the limit.</summary>
    /// <param name="items">The new one; nothing happens where it is not higher.</param>
    public void Grow(long items)
    {
        if (items <= _items)
        {
            return;
        }

        for (var item = _items + 1; item <= items; item++)
        {
            _zeta += 1 / Math.Pow(item, Theta);
        }

        _items = items;
        _eta = EtaOf();
    }

    private double EtaOf() => (1 - Math.Pow(2.0 / _items, 1 - Theta)) / (1 - (ZetaOfTwo / _zeta));
}
