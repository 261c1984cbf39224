using Catena.Core.Primitives;
using Catena.Core.Replication.Log;

namespace Catena.Core.Tests.Replication.Harness;

/// <summary>One entry of a <see cref="MemoryLog" />: what its header says, its text, and its bytes.</summary>
internal sealed record MemoryEntry(EntryHeader Header, string Text, byte[] Frame)
{
    internal Lsn Lsn => Header.Lsn;

    internal static MemoryEntry Read(ReadOnlySpan<byte> frame)
    {
        Assert.True(EntryFrame.TryRead(frame, out var header, out var body, out var length) && length == frame.Length, "a frame is damaged");
        return new MemoryEntry(header, System.Text.Encoding.UTF8.GetString(body), frame.ToArray());
    }

    internal static byte[] Seal(EntryHeader header, string text)
    {
        var body = System.Text.Encoding.UTF8.GetBytes(text);
        var frame = new byte[EntryFrame.LengthFor(body.Length)];
        body.CopyTo(frame.AsSpan(EntryFrame.HeaderLength));
        EntryFrame.Seal(frame, header);
        return frame;
    }
}
