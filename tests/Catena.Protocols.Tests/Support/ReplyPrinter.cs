using System.Globalization;
using Catena.Protocols.Resp;

namespace Catena.Protocols.Tests.Support;

/// <summary>Prints replies in a short form, and feeds a reply reader in pieces.</summary>
internal static class ReplyPrinter
{
    public static string Read(byte[] bytes, Func<int> nextPiece, RespLimits? limits = null)
    {
        var reader = new RespReplyReader(limits ?? RespLimits.Default);
        var found = new List<string>();
        var (start, end) = (0, 0);
        while (true)
        {
            switch (reader.Read(bytes.AsSpan(start, end - start), out var reply, out var consumed))
            {
                case ReadStatus.Complete:
                    Assert.True(consumed > 0);
                    found.Add(Print(reply));
                    start += consumed;
                    Assert.True(start <= end);
                    break;
                case ReadStatus.ProtocolError:
                    Assert.Equal(0, consumed);
                    found.Add("error: " + reader.Error);
                    return string.Join(' ', found);
                default:
                    Assert.Equal(0, consumed);
                    Assert.True(reader.BytesNeeded > end - start, "A reader that needs more says more than there is.");
                    if (end == bytes.Length)
                    {
                        return string.Join(' ', found);
                    }

                    end = Math.Min(bytes.Length, end + Math.Max(1, nextPiece()));
                    break;
            }
        }
    }

    public static string ReadWhole(string text, RespLimits? limits = null) => Read(Bytes.Of(text), () => int.MaxValue / 2, limits);

    public static string ReadByteByByte(string text, RespLimits? limits = null) => Read(Bytes.Of(text), () => 1, limits);

    private static string Print(RespReply reply)
    {
        if (reply.IsAggregate)
        {
            var elements = new List<string>();
            foreach (var element in reply)
            {
                elements.Add(Print(element));
            }

            Assert.Equal(reply.Count, elements.Count);
            return $"{reply.Type}({string.Join(' ', elements)})";
        }

        return reply.Type switch
        {
            RespType.Null => "null",
            RespType.Integer => reply.Integer.ToString(CultureInfo.InvariantCulture),
            RespType.Double => reply.Double.ToString("r", CultureInfo.InvariantCulture) + "d",
            RespType.Boolean => reply.Boolean ? "true" : "false",
            _ => $"{reply.Type}:{Bytes.Text(reply.Bytes)}",
        };
    }
}
