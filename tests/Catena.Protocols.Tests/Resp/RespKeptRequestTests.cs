using System.Text;
using Catena.Protocols.Resp;

namespace Catena.Protocols.Tests.Resp;

public sealed class RespKeptRequestTests
{
    [Fact]
    public void A_kept_request_is_what_it_was_when_its_bytes_are_gone()
    {
        var bytes = Encoding.Latin1.GetBytes("*3\r\n$3\r\nSET\r\n$0\r\n\r\n$4\r\n\0\r\n\xff\r\n");
        var reader = new RespRequestReader(RespLimits.Default);
        Assert.Equal(ReadStatus.Complete, reader.Read(bytes, out var request, out _));
        var kept = new RespKeptRequest(request);
        bytes.AsSpan().Clear();
        Assert.Equal(3, kept.Request.Count);
        Assert.True(kept.Request[0].SequenceEqual("SET"u8));
        Assert.True(kept.Request[1].IsEmpty);
        Assert.Equal("\0\r\n\xff", Encoding.Latin1.GetString(kept.Request[2]));
        Assert.InRange(kept.MemoryBytes, 7, 1000);
    }
}
