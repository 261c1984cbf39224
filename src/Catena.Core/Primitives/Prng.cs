using System.Numerics;

namespace Catena.Core.Primitives;

/// <summary>A seeded pseudo-random generator, xoshiro256** (Blackman and Vigna, 2018), whose sequence is the same everywhere.</summary>
/// <remarks>Not thread-safe, and not for secrets.</remarks>
public sealed class Prng
{
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;

    /// <summary>A generator whose sequence is given by <paramref name="seed" /> alone.</summary>
    /// <param name="seed">Any number; spread over the state by SplitMix64.</param>
    public Prng(ulong seed)
    {
        _a = SplitMix(ref seed);
        _b = SplitMix(ref seed);
        _c = SplitMix(ref seed);
        _d = SplitMix(ref seed);
    }

    /// <summary>The next 64 bits.</summary>
    public ulong NextUInt64()
    {
        var result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        var shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>A number from 0 to <paramref name="bound" /> minus one, without bias worth the name (multiply and shift).</summary>
    /// <param name="bound">At least 1.</param>
    public int Next(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        return (int)Math.BigMul(NextUInt64(), (ulong)bound, out _);
    }

    /// <summary>A number from <paramref name="from" /> to <paramref name="to" />, both included.</summary>
    /// <param name="from">The smallest result.</param>
    /// <param name="to">The largest result; not under <paramref name="from" />.</param>
    public long Between(long from, long to)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(to, from);
        var width = unchecked((ulong)(to - from) + 1);
        return width == 0 ? (long)NextUInt64() : from + (long)Math.BigMul(NextUInt64(), width, out _);
    }

    /// <summary>A number from 0 (included) to 1 (excluded).</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>True with the given probability.</summary>
    /// <param name="probability">0 for never, 1 for always.</param>
    public bool Chance(double probability) => NextDouble() < probability;

    /// <summary>A generator whose sequence follows from this one's state, for a part that draws in an order of its own.</summary>
    public Prng Fork() => new(NextUInt64());

    private static ulong SplitMix(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        var mixed = state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
