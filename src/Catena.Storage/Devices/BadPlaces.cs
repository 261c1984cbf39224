using Catena.Storage.Errors;

namespace Catena.Storage.Devices;

/// <summary>Reads past places that a device cannot read any more.</summary>
internal static class BadPlaces
{
    /// <summary>How many bytes are given up around a place at once.</summary>
    private const int PieceBytes = 4096;

    /// <summary>With more bad pieces than that in one reading it is the device that has failed, not a place on it.</summary>
    private const int MostPieces = 64;

    /// <summary>Reads as <see cref="IStorageFile.Read" /> does; pieces that cannot be read come as bytes of 0xFF, which is no record, no block and no header.</summary>
    /// <remarks>So a bad place is damage like any other, and what depends on it is given up or made good, where a process that stopped would only meet it again.</remarks>
    /// <exception cref="StorageFailedException">The device refuses altogether.</exception>
    internal static int ReadPastBad(this IStorageFile file, long offset, Span<byte> bytes)
    {
        try
        {
            return file.Read(offset, bytes);
        }
        catch (StorageFailedException)
        {
            return ReadPieces(file, offset, bytes);
        }
    }

    private static int ReadPieces(IStorageFile file, long offset, Span<byte> bytes)
    {
        var length = (int)Math.Clamp(file.Length - offset, 0, bytes.Length);
        var bad = 0;
        for (var at = 0; at < length;)
        {
            var piece = bytes.Slice(at, Math.Min(length - at, PieceBytes - (int)((offset + at) % PieceBytes)));
            try
            {
                file.Read(offset + at, piece);
            }
            catch (StorageFailedException) when (++bad <= MostPieces)
            {
                piece.Fill(byte.MaxValue);
            }

            at += piece.Length;
        }

        return length;
    }
}
