using Catena.Protocols.Resp;

namespace Catena.Protocols.Tests.Support;

/// <summary>Feeds a request reader as a connection would: in pieces, from a buffer that keeps what is not consumed.</summary>
internal static class RequestFeeder
{
    /// <summary>Reads all of the bytes in pieces, and prints each request as its words in brackets, and the error if there is one.</summary>
    public static string Read(byte[] bytes, Func<int> nextPiece, RespLimits? limits = null)
    {
        var reader = new RespRequestReader(limits ?? RespLimits.Default);
        var found = new List<string>();
        var (start, end) = (0, 0);
        while (true)
        {
            var status = reader.Read(bytes.AsSpan(start, end - start), out var request, out var consumed);
            if (status == ReadStatus.Complete)
            {
                Assert.True(consumed > 0);
                found.Add(Print(request));
            }

            start += consumed;
            Assert.True(start <= end);
            if (status == ReadStatus.ProtocolError)
            {
                found.Add(Bytes.Text(reader.Error));
                return string.Join(' ', found);
            }

            if (status == ReadStatus.NeedMore)
            {
                Assert.True(reader.BytesNeeded > end - start, "A reader that needs more says more than there is.");
                if (end == bytes.Length)
                {
                    return string.Join(' ', found);
                }

                end = Math.Min(bytes.Length, end + Math.Max(1, nextPiece()));
            }
        }
    }

    public static string ReadWhole(string text, RespLimits? limits = null) => Read(Bytes.Of(text), () => int.MaxValue / 2, limits);

    public static string ReadByteByByte(string text, RespLimits? limits = null) => Read(Bytes.Of(text), () => 1, limits);

    /// <summary>Reads one request from an inline line or a multibulk and hands it to a test.</summary>
    public static T With<T>(string text, RequestFunction<T> use)
    {
        var reader = new RespRequestReader(RespLimits.Default);
        Assert.Equal(ReadStatus.Complete, reader.Read(Bytes.Of(text + "\r\n"), out var request, out _));
        return use(request);
    }

    private static string Print(RespRequest request)
    {
        var words = new List<string>();
        for (var i = 0; i < request.Count; i++)
        {
            words.Add(Bytes.Text(request[i]));
        }

        return $"[{string.Join('|', words)}]";
    }
}
