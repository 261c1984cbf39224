using System.Text.Json;
using Catena.Cli.Bench;

namespace Catena.Cli.Tests.Bench;

public sealed class HistoryWriterTests
{
    [Fact]
    public void A_put_has_exactly_the_documented_fields()
    {
        var line = Write(isRead: false, "value-1"u8.ToArray(), isFound: false, OperationOutcome.Unknown);

        Assert.Equal(
            """{"client":4,"key":"key-7","op":"put","arguments":{"value":"value-1"},"call":10,"return":25,"outcome":"unknown"}""", line);
    }

    [Fact]
    public void A_get_tells_what_it_found()
    {
        Assert.Equal(
            """{"client":4,"key":"key-7","op":"get","arguments":{},"call":10,"return":25,"outcome":"ok","result":{"found":true,"value":"v"}}""",
            Write(isRead: true, "v"u8.ToArray(), isFound: true, OperationOutcome.Ok));
        Assert.Equal(
            """{"client":4,"key":"key-7","op":"get","arguments":{},"call":10,"return":25,"outcome":"ok","result":{"found":false}}""",
            Write(isRead: true, [], isFound: false, OperationOutcome.Ok));
        Assert.Equal(
            """{"client":4,"key":"key-7","op":"get","arguments":{},"call":10,"return":25,"outcome":"fail"}""",
            Write(isRead: true, [], isFound: false, OperationOutcome.Fail));
    }

    [Fact]
    public void Bytes_that_are_no_text_are_kept()
    {
        Assert.Contains("\"value\":{\"base64\":\"/wA=\"}", Write(isRead: false, [0xff, 0], false, OperationOutcome.Ok), StringComparison.Ordinal);
    }

    [Fact]
    public void Many_threads_write_whole_lines_and_get_clients_of_their_own()
    {
        var target = new MemoryStream();
        var clients = new System.Collections.Concurrent.ConcurrentBag<int>();
        using (var writer = new HistoryWriter(target))
        {
            Parallel.For(0, 8, _ =>
            {
                for (var i = 0; i < 1000; i++)
                {
                    var client = writer.NextClient();
                    clients.Add(client);
                    writer.Write(Entry(false, "some value"u8.ToArray(), false, OperationOutcome.Ok, client));
                }
            });
        }

        var lines = System.Text.Encoding.UTF8.GetString(target.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(8000, lines.Length);
        Assert.Equal(8000, lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("client").GetInt32()).Distinct().Count());
        Assert.Equal(8000, clients.Distinct().Count());
    }

    private static string Write(bool isRead, byte[] value, bool isFound, OperationOutcome outcome)
    {
        var target = new MemoryStream();
        using (var writer = new HistoryWriter(target))
        {
            writer.Write(Entry(isRead, value, isFound, outcome, 4));
        }

        return System.Text.Encoding.UTF8.GetString(target.ToArray()).TrimEnd('\n');
    }

    private static HistoryEntry Entry(bool isRead, byte[] value, bool isFound, OperationOutcome outcome, int client) => new()
    {
        Client = client,
        Key = "key-7"u8,
        IsRead = isRead,
        Value = value,
        IsFound = isFound,
        Call = 10,
        Return = 25,
        Outcome = outcome,
    };
}
