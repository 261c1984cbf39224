using Catena.Core.Primitives;
using Catena.Protocols.PlainText;
using Catena.Protocols.Tests.Support;

namespace Catena.Protocols.Tests.PlainText;

public sealed class PlainTextTests
{
    [Theory]
    [InlineData("PUT k v", PlainTextCommand.Put, "k", "v")]
    [InlineData("PUT k v and more", PlainTextCommand.Put, "k", "v")]
    [InlineData(" \tPUT\r\n k  v\r\n", PlainTextCommand.Put, "k", "v")]
    [InlineData("PUT \xff\0 \xfe", PlainTextCommand.Put, "\xff\0", "\xfe")]
    [InlineData("PUT k", PlainTextCommand.ShortPut, "k", "")]
    [InlineData("PUT", PlainTextCommand.ShortPut, "", "")]
    [InlineData("GET k", PlainTextCommand.Get, "k", "")]
    [InlineData("GET k v", PlainTextCommand.Get, "k", "")]
    [InlineData("GET ", PlainTextCommand.ShortGet, "", "")]
    [InlineData("HEARTBEAT", PlainTextCommand.Heartbeat, "", "")]
    [InlineData("HEARTBEAT\n", PlainTextCommand.Heartbeat, "", "")]
    [InlineData("", PlainTextCommand.Invalid, "", "")]
    [InlineData(" \n", PlainTextCommand.Invalid, "", "")]
    [InlineData("get k", PlainTextCommand.Invalid, "", "")]
    [InlineData("PUTTER k v", PlainTextCommand.Invalid, "", "")]
    [InlineData("DEL k", PlainTextCommand.Invalid, "", "")]
    public void Requests_are_read(string text, PlainTextCommand command, string key, string value)
    {
        var request = PlainTextRequest.Read(Bytes.Of(text));

        Assert.Equal((command, key, value), (request.Command, Bytes.Text(request.Key), Bytes.Text(request.Value)));
    }

    [Fact]
    public void Replies_have_the_bytes_that_clients_expect()
    {
        Assert.Equal("PUT k=v OK", Bytes.Written(output => PlainTextReply.WritePut(output, "k"u8, "v"u8)));
        Assert.Equal("GET k=v", Bytes.Written(output => PlainTextReply.WriteGet(output, "k"u8, "v"u8)));
        Assert.Equal("Error: Key 'k' not found.", Bytes.Written(output => PlainTextReply.WriteNotFound(output, "k"u8)));
        Assert.Equal("Error: outcome unknown", Bytes.Written(output => PlainTextReply.WriteError(output, "outcome unknown"u8)));
        Assert.Equal("ALIVE", Bytes.Written(output => PlainTextReply.Write(output, PlainTextCommand.Heartbeat)));
        Assert.Equal("Invalid command. Use PUT <key> <value> or GET <key>.", Bytes.Written(output => PlainTextReply.Write(output, PlainTextCommand.Invalid)));
        Assert.Equal(
            "Error: PUT command must be in the format 'PUT <key> <value>'.",
            Bytes.Written(output => PlainTextReply.Write(output, PlainTextCommand.ShortPut)));
        Assert.Equal(
            "Error: GET command must be in the format 'GET <key>'.",
            Bytes.Written(output => PlainTextReply.Write(output, PlainTextCommand.ShortGet)));
    }

    [Fact]
    public void Whatever_the_bytes_are_they_are_a_request()
    {
        var seed = unchecked((ulong)Environment.TickCount64);
        var random = new Prng(seed);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = Mutations.Random(random, "PUT GETHEARB kv\n", 30);
            string[] words = Bytes.Text(bytes).Split([' ', '\t', '\r', '\n', '\v', '\f'], StringSplitOptions.RemoveEmptyEntries);
            var expected = words switch
            {
                ["HEARTBEAT", ..] => "Heartbeat  ",
                ["PUT", var key, var value, ..] => $"Put {key} {value}",
                ["PUT", .. var rest] => $"ShortPut {string.Concat(rest)} ",
                ["GET", var key, ..] => $"Get {key} ",
                ["GET"] => "ShortGet  ",
                _ => "Invalid  ",
            };

            var request = PlainTextRequest.Read(bytes);

            Assert.True(expected == $"{request.Command} {Bytes.Text(request.Key)} {Bytes.Text(request.Value)}", $"seed {seed}: '{Bytes.Text(bytes)}'");
        }
    }
}
