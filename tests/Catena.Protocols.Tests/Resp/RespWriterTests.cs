using Catena.Protocols.Resp;
using Catena.Protocols.Tests.Support;

namespace Catena.Protocols.Tests.Resp;

public sealed class RespWriterTests
{
    private static readonly (Action<RespWriter> Write, string Resp2, string Resp3)[] Golden =
    [
        (w => w.WriteOk(), "+OK\r\n", "+OK\r\n"),
        (w => w.WriteSimpleString("PONG"u8), "+PONG\r\n", "+PONG\r\n"),
        (w => w.WriteError("ERR a\r\nb"u8), "-ERR a  b\r\n", "-ERR a  b\r\n"),
        (w => w.WriteInteger(0), ":0\r\n", ":0\r\n"),
        (w => w.WriteInteger(9), ":9\r\n", ":9\r\n"),
        (w => w.WriteInteger(-1), ":-1\r\n", ":-1\r\n"),
        (w => w.WriteInteger(long.MinValue), ":-9223372036854775808\r\n", ":-9223372036854775808\r\n"),
        (w => w.WriteBulk("a\r\nb"u8), "$4\r\na\r\nb\r\n", "$4\r\na\r\nb\r\n"),
        (w => w.WriteBulk(""u8), "$0\r\n\r\n", "$0\r\n\r\n"),
        (w => w.WriteBulk("é"), "$2\r\n\xc3\xa9\r\n", "$2\r\n\xc3\xa9\r\n"),
        (w => w.WriteBulk(-12L), "$3\r\n-12\r\n", "$3\r\n-12\r\n"),
        (w => w.WriteNull(), "$-1\r\n", "_\r\n"),
        (w => w.WriteNullArray(), "*-1\r\n", "_\r\n"),
        (w => w.WriteArrayHeader(3), "*3\r\n", "*3\r\n"),
        (w => w.WriteMapHeader(3), "*6\r\n", "%3\r\n"),
        (w => w.WriteSetHeader(12), "*12\r\n", "~12\r\n"),
        (w => w.WritePushHeader(2), "*2\r\n", ">2\r\n"),
        (w => w.WriteBoolean(true), ":1\r\n", "#t\r\n"),
        (w => w.WriteBoolean(false), ":0\r\n", "#f\r\n"),
        (w => w.WriteDouble(1.5), "$3\r\n1.5\r\n", ",1.5\r\n"),
        (w => w.WriteDouble(1e20), "$5\r\n1e+20\r\n", ",1e+20\r\n"),
        (w => w.WriteDouble(double.NegativeInfinity), "$4\r\n-inf\r\n", ",-inf\r\n"),
        (w => w.WriteDouble(double.NaN), "$3\r\nnan\r\n", ",nan\r\n"),
        (w => w.WriteBigNumber("-123"u8), "$4\r\n-123\r\n", "(-123\r\n"),
        (w => w.WriteVerbatim("txt"u8, "hi"u8), "$2\r\nhi\r\n", "=6\r\ntxt:hi\r\n"),
    ];

    [Fact]
    public void Each_type_has_its_bytes_in_both_versions()
    {
        foreach (var (write, resp2, resp3) in Golden)
        {
            Assert.Equal(resp2, Bytes.Written(output => write(new RespWriter(output))));
            Assert.Equal(resp3, Bytes.Written(output => write(new RespWriter(output, RespVersion.Resp3))));
        }
    }

    [Theory]
    [InlineData(16 * 1024)]
    [InlineData((16 * 1024) + 1)]
    [InlineData(300_000)]
    public void Bulks_of_all_sizes_are_whole(int length)
    {
        var value = new string('v', length);
        Assert.Equal($"${length}\r\n{value}\r\n", Bytes.Written(output => new RespWriter(output).WriteBulk(Bytes.Of(value))));
    }

    [Fact]
    public void A_bulk_can_be_written_in_parts()
    {
        var written = Bytes.Written(output =>
        {
            var writer = new RespWriter(output);
            writer.WriteBulkHeader(4);
            writer.WriteRaw("ab"u8);
            writer.WriteRaw("cd"u8);
            writer.WriteBulkEnd();
        });
        Assert.Equal("$4\r\nabcd\r\n", written);
    }
}
