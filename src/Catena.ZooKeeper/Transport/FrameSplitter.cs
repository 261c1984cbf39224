using System.Buffers;
using System.Buffers.Binary;

namespace Catena.ZooKeeper.Transport;

/// <summary>Finds frames, an int32 length and as many bytes, in what was received.</summary>
internal static class FrameSplitter
{
    /// <summary>Takes one frame off the front of <paramref name="received" />.</summary>
    /// <param name="received">What was received; afterwards what follows the frame.</param>
    /// <param name="limit">The longest payload that is accepted.</param>
    /// <param name="payload">The frame without its length, where it is complete.</param>
    public static FrameStatus TryTake(ref ReadOnlySequence<byte> received, int limit, out ReadOnlySequence<byte> payload)
    {
        payload = default;
        if (received.Length < sizeof(int))
        {
            return FrameStatus.Incomplete;
        }

        Span<byte> prefix = stackalloc byte[sizeof(int)];
        received.Slice(0, sizeof(int)).CopyTo(prefix);
        var length = BinaryPrimitives.ReadInt32BigEndian(prefix);
        if (length < 0 || length > limit)
        {
            return FrameStatus.Impossible;
        }

        if (received.Length - sizeof(int) < length)
        {
            return FrameStatus.Incomplete;
        }

        payload = received.Slice(sizeof(int), length);
        received = received.Slice(payload.End);
        return FrameStatus.Complete;
    }
}
