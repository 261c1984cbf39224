using System.Buffers;
using System.Text;
using Catena.Cli.Backups.Text;
using Catena.Core.Primitives;

namespace Catena.Cli.Tests.Backups;

/// <summary>Keys as lines of JSON, and back.</summary>
public sealed class TextTests
{
    [Theory]
    [InlineData("default", "greeting", "hello", 0, """{"table":"default","key":"greeting","value":"hello"}""")]
    [InlineData("users", "ä\n\"", "", 1700000000000, """{"table":"users","key":"ä\n\"","value":"","expires":1700000000000}""")]
    public void A_key_is_a_line(string table, string key, string value, long expiry, string line)
    {
        Assert.Equal(line + "\n", Line(table, Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value), expiry));
        Assert.True(EntryLine.TryRead(Encoding.UTF8.GetBytes(line), out var entry, out _));
        Assert.Equal((table, key, value, expiry), (entry!.Table, Encoding.UTF8.GetString(entry.Key), Encoding.UTF8.GetString(entry.Value), entry.Expiry));
    }

    [Fact]
    public void Bytes_that_are_no_text_are_base64() =>
        Assert.Equal("""{"table":"default","key":{"base64":"/w=="},"value":{"base64":"AP4="}}""" + "\n", Line("default", [0xff], [0x00, 0xfe], 0));

    [Fact]
    public void Any_bytes_come_back_as_they_were()
    {
        const ulong Seed = 5;
        var random = new Prng(Seed);
        for (var round = 0; round < 3000; round++)
        {
            var (key, value) = (Bytes(random, 1), Bytes(random, 0));
            var line = Line("t.3", key, value, 9);
            Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
            Assert.True(EntryLine.TryRead(Encoding.UTF8.GetBytes(line.TrimEnd('\n')), out var entry, out var reason), $"seed {Seed}, round {round}: {reason}");
            Assert.Equal(key, entry!.Key);
            Assert.Equal(value, entry.Value);
        }
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("  \r", true)]
    [InlineData("""{"catena":{"format":1}}""", true)]
    [InlineData("""{"key":"a","value":"b"}""", true)]
    [InlineData("""{"key":"a"}""", false)]
    [InlineData("""{"value":"a"}""", false)]
    [InlineData("""{"key":"","value":"b"}""", false)]
    [InlineData("""{"key":1,"value":"b"}""", false)]
    [InlineData("""{"key":"a","value":{"base64":"?"}}""", false)]
    [InlineData("""{"key":"a","value":{"base64":"YQ==","x":1}}""", false)]
    [InlineData("""{"key":"a","value":null}""", false)]
    [InlineData("""{"key":"a","value":"b","expires":-1}""", false)]
    [InlineData("""{"key":"a","value":"b","expires":"soon"}""", false)]
    [InlineData("""{"key":"a","value":"b","table":"x"}""", false)]
    [InlineData("""{"key":"a","value":"b","table":"a b c"}""", false)]
    [InlineData("""{"key":"a","value":"b","table":"{tables}"}""", false)]
    [InlineData("""{"key":"a","value":"b","table":5}""", false)]
    [InlineData("""{"key":"a","value":"b","ttl":5}""", false)]
    [InlineData("""{"key":"a","key":"b","value":"b"}""", false)]
    [InlineData("""{"key":"\ud800","value":"b"}""", false)]
    [InlineData("""{"key":"a","value":"b"} x""", false)]
    [InlineData("[]", false)]
    [InlineData("nonsense", false)]
    public void What_is_wrong_with_a_line_is_told(string line, bool isGood)
    {
        Assert.Equal(isGood, EntryLine.TryRead(Encoding.UTF8.GetBytes(line), out _, out var reason));
        Assert.Equal(isGood, reason.Length == 0);
    }

    [Fact]
    public void Bytes_that_are_no_utf8_are_no_line() =>
        Assert.False(EntryLine.TryRead(new byte[] { (byte)'{', (byte)'"', 0xff, (byte)'"', (byte)'}' }, out _, out _));

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task Lines_are_found_however_the_bytes_arrive(int atOnce)
    {
        var texts = Enumerable.Range(0, 300).Select(number => new string((char)('a' + (number % 26)), number * 7)).ToList();
        var bytes = Encoding.ASCII.GetBytes(string.Join('\n', texts));
        var reader = new LineReader(new SlowStream(bytes, atOnce), 10, 1 << 20);
        foreach (var text in texts)
        {
            Assert.True(await reader.ReadAsync(CancellationToken.None));
            Assert.Equal(text, Encoding.ASCII.GetString(reader.Line.Span));
        }

        Assert.False(await reader.ReadAsync(CancellationToken.None));
        Assert.Equal(bytes.Length + 10, reader.Offset);
    }

    [Fact]
    public async Task A_line_without_end_is_refused()
    {
        var reader = new LineReader(new MemoryStream(new byte[3 << 20]), 0, 1 << 20);
        await Assert.ThrowsAsync<InvalidDataException>(() => reader.ReadAsync(CancellationToken.None).AsTask());
    }

    private static byte[] Bytes(Prng random, int least)
    {
        var bytes = new byte[least + random.Next(20)];
        for (var index = 0; index < bytes.Length; index++)
        {
            // Mostly text, so that some are UTF-8 throughout.
            bytes[index] = (byte)(random.Chance(0.95) ? random.Next(128) : random.Next(256));
        }

        return bytes;
    }

    private static string Line(string table, byte[] key, byte[] value, long expiry)
    {
        var output = new ArrayBufferWriter<byte>();
        EntryLine.Write(output, table, key, value, expiry);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
