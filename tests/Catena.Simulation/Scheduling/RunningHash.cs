using System.Numerics;

namespace Catena.Simulation.Scheduling;

/// <summary>A 64-bit hash that depends on every value folded into it and on their order, the same in every process.</summary>
public struct RunningHash
{
    private ulong _state;

    /// <summary>The hash of everything folded in so far.</summary>
    public readonly ulong Value => _state;

    /// <summary>Adds a number.</summary>
    public void Fold(ulong value) => _state = Mix(BitOperations.RotateLeft(_state, 5) ^ value);

    /// <summary>Adds a text.</summary>
    public void Fold(ReadOnlySpan<char> text)
    {
        Fold((ulong)text.Length);
        foreach (var character in text)
        {
            Fold(character);
        }
    }

    /// <summary>Adds bytes.</summary>
    public void Fold(ReadOnlySpan<byte> bytes)
    {
        Fold((ulong)bytes.Length);
        foreach (var single in bytes)
        {
            Fold(single);
        }
    }

    /// <summary>The hash of one text.</summary>
    public static ulong Of(ReadOnlySpan<char> text)
    {
        var hash = new RunningHash();
        hash.Fold(text);
        return hash.Value;
    }

    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
