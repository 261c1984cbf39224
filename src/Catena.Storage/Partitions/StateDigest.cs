using System.Buffers.Binary;
using System.Numerics;
using Catena.Core.Commands;
using Catena.Core.Primitives;

namespace Catena.Storage.Partitions;

/// <summary>Sums up a state in key order; parts are told apart by their lengths.</summary>
internal struct StateDigest : IEntryVisitor
{
    private const ulong Multiplier = 0x9FB21C651E98DF25;

    /// <summary>The digest so far.</summary>
    internal ulong Value { get; private set; }

    /// <inheritdoc />
    public bool Visit(ReadOnlySpan<byte> storedKey, ReadOnlySpan<byte> value, Lsn version, long expiry)
    {
        Add(version.Epoch.Value);
        Add(version.Sequence);
        Add((ulong)expiry);
        Add(storedKey);
        Add(value);
        return true;
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        Add((ulong)bytes.Length);
        while (bytes.Length >= 8)
        {
            Add(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }

        ulong last = 0;
        foreach (var single in bytes)
        {
            last = (last << 8) | single;
        }

        Add(last);
    }

    private void Add(ulong word)
    {
        var mixed = (Value ^ word) * Multiplier;
        Value = BitOperations.RotateLeft(mixed ^ (mixed >> 29), 31) + Multiplier;
    }
}
