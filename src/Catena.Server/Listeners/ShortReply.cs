using System.Runtime.InteropServices;

namespace Catena.Server.Listeners;

/// <summary>A reply of up to seven bytes in one number, so that it takes no memory beside its slot: the bytes from the lowest on, their count in the highest; 0 is none.</summary>
internal static class ShortReply
{
    private const int CountAt = 56;

    /// <summary>Makes one.</summary>
    /// <param name="bytes">The reply: one to seven bytes.</param>
    internal static ulong Of(ReadOnlySpan<byte> bytes)
    {
        ulong reply = 0;
        for (var index = 0; index < bytes.Length; index++)
        {
            reply |= (ulong)bytes[index] << (8 * index);
        }

        return reply | ((ulong)bytes.Length << CountAt);
    }

    /// <summary>The bytes of one.</summary>
    /// <param name="reply">The reply.</param>
    internal static ReadOnlySpan<byte> BytesOf(ref readonly ulong reply) =>
        MemoryMarshal.AsBytes(new ReadOnlySpan<ulong>(in reply))[..(int)(reply >> CountAt)];
}
