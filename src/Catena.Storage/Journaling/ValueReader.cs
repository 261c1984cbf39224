using System.Diagnostics.CodeAnalysis;
using Catena.Core.Primitives;
using Catena.Storage.Errors;
using Catena.Storage.Indexing;

namespace Catena.Storage.Journaling;

/// <summary>Reads values that live in the journal. Any thread, no lock.</summary>
internal static class ValueReader
{
    /// <summary>Copies a value out and verifies it.</summary>
    /// <param name="journal">The journal.</param>
    /// <param name="entry">What the index says of it.</param>
    /// <param name="destination">As long as the value.</param>
    /// <param name="fromDevice">Whether to pass by what the journal keeps in memory.</param>
    /// <returns>False where what is there is not the value: it is damaged, or was moved since the index was asked and its segment has gone.</returns>
    internal static bool TryRead(Journal journal, in IndexEntry entry, Span<byte> destination, bool fromDevice = false) =>
        TryCopy(journal, entry.Position, destination, fromDevice) && Crc32C.Compute(destination) == entry.Checksum;

    /// <summary>Says that the value of a key is damaged.</summary>
    /// <exception cref="StorageDamagedException">Always.</exception>
    [DoesNotReturn]
    internal static void ThrowDamaged(ReadOnlySpan<byte> storedKey, in IndexEntry entry) => throw new StorageDamagedException(
        $"The value of {entry.ValueLength} bytes at {JournalPosition.Describe(entry.Position)} of the journal is damaged.")
    {
        StoredKey = storedKey.ToArray(),
    };

    private static bool TryCopy(Journal journal, long position, Span<byte> destination, bool fromDevice)
    {
        if (!fromDevice && journal.Buffers.TryAcquire(position) is { } buffer)
        {
            var from = (int)(position - buffer.Start);
            var isWhole = buffer.Used - from >= destination.Length;
            if (isWhole)
            {
                buffer.Bytes(from, destination.Length).CopyTo(destination);
            }

            buffer.Release();
            return isWhole;
        }

        if (!journal.Files.TryEnter(JournalPosition.SegmentOf(position), out var segment))
        {
            return false;
        }

        try
        {
            return segment.File.Read(JournalPosition.OffsetOf(position), destination) == destination.Length;
        }
        catch (StorageFailedException)
        {
            // A place that cannot be read is as lost as one that was changed, and nothing else is in doubt for it.
            return false;
        }
        finally
        {
            segment.Exit();
        }
    }
}
