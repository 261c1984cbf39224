using System.Diagnostics.CodeAnalysis;
using Catena.Core.Primitives;
using Catena.Storage.Errors;

namespace Catena.Storage.Journaling;

/// <summary>Reads values that live in the journal. Any thread, no lock.</summary>
internal static class ValueReader
{
    /// <summary>Copies a value out and verifies it.</summary>
    /// <param name="journal">The journal.</param>
    /// <param name="position">Where the value's first byte is.</param>
    /// <param name="checksum">The CRC-32C of the value.</param>
    /// <param name="destination">As long as the value.</param>
    /// <exception cref="StorageDamagedException">What is there is not the value.</exception>
    internal static void Read(Journal journal, long position, uint checksum, Span<byte> destination)
    {
        var buffer = journal.Buffers.TryAcquire(position);
        if (buffer is not null)
        {
            var from = (int)(position - buffer.Start);
            var whole = buffer.Used - from >= destination.Length;
            if (whole)
            {
                buffer.Bytes(from, destination.Length).CopyTo(destination);
            }

            buffer.Release();
            if (!whole)
            {
                ThrowDamaged(position, destination.Length);
            }
        }
        else
        {
            var segment = journal.Files.Find(JournalPosition.SegmentOf(position));
            if (segment.File.Read(JournalPosition.OffsetOf(position), destination) != destination.Length)
            {
                ThrowDamaged(position, destination.Length);
            }
        }

        if (Crc32C.Compute(destination) != checksum)
        {
            ThrowDamaged(position, destination.Length);
        }
    }

    [DoesNotReturn]
    private static void ThrowDamaged(long position, int length) =>
        throw new StorageDamagedException($"The value of {length} bytes at {JournalPosition.Describe(position)} of the journal is damaged.");
}
