using Catena.Core.Primitives;
using Catena.Core.Replication.Log;
using Catena.Core.Tests.Support;

namespace Catena.Core.Tests.Replication.Log;

/// <summary>The bytes of an entry, which are those of the journal and of the wire.</summary>
public class EntryFrameTests
{
    private static readonly EntryHeader Header = new(new PartitionId(0x0102), new Lsn(new Epoch(3), 300), EntryType.Write, 298);

    [Fact]
    public void The_bytes_of_a_frame_are_pinned()
    {
        var frame = Seal(Header, "k=v"u8);
        const string Expected = "23000000" + "F9E35BA7" + "0201" + "02" + "00" + "02000000" + "0300000000000000" + "2C01000000000000" + "6B3D76";
        Assert.Equal(Expected, Convert.ToHexString(frame));
    }

    [Theory]
    [InlineData(300UL, 298UL, 298UL)]
    [InlineData(300UL, 0UL, 0UL)]
    [InlineData(5_000_000_000UL, 0UL, 0UL)]
    [InlineData(5_000_000_000UL, 4_999_999_999UL, 4_999_999_999UL)]
    public void The_header_comes_back_and_a_commit_too_far_behind_counts_as_none(ulong sequence, ulong committed, ulong expected)
    {
        var header = Header with { Lsn = new Lsn(new Epoch(3), sequence), Committed = committed };
        var frame = Seal(header, "body"u8);
        Assert.True(EntryFrame.TryRead([.. frame, 1, 2, 3], out var read, out var body, out var length));
        Assert.Equal(header with { Committed = expected }, read);
        Assert.Equal("body"u8, body);
        Assert.Equal(frame.Length, length);
    }

    [Fact]
    public void An_entry_may_have_no_body()
    {
        Assert.True(EntryFrame.TryRead(Seal(Header, default), out var read, out var body, out var length));
        Assert.Equal(Header, read);
        Assert.True(body.IsEmpty);
        Assert.Equal(EntryFrame.HeaderLength, length);
    }

    [Fact]
    public void Every_flipped_bit_is_seen()
    {
        var frame = Seal(Header, "some body"u8);
        for (var bit = 0; bit < frame.Length * 8; bit++)
        {
            var damaged = frame.ToArray();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(EntryFrame.TryRead(damaged, out _, out _, out _), $"bit {bit}");
        }
    }

    [Fact]
    public void Damaged_frames_are_refused_without_an_exception() => Fuzz.Run(
        20_000,
        prng => Seal(Header with { Committed = 0 }, Fuzz.Bytes(prng, 60)),
        bytes => EntryFrame.TryRead(bytes, out _, out _, out _));

    private static byte[] Seal(EntryHeader header, ReadOnlySpan<byte> body)
    {
        var frame = new byte[EntryFrame.LengthFor(body.Length)];
        body.CopyTo(frame.AsSpan(EntryFrame.HeaderLength));
        EntryFrame.Seal(frame, header);
        return frame;
    }
}
