using System.Text.Json;
using Catena.Cli.Logging;
using Microsoft.Extensions.Logging;

namespace Catena.Cli.Tests.Logging;

public sealed class LoggingTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public void A_file_begins_anew_when_it_is_long_and_keeps_its_predecessors()
    {
        using var directory = new TemporaryDirectory();
        using (var file = new RotatingFile(directory["log"], mostBytes: 10, kept: 2))
        {
            foreach (var text in (string[])["aaaaaaa\n", "bbbbbbb\n", "ccccccc\n", "ddddddd\n"])
            {
                file.Write(text);
            }
        }

        Assert.Equal("ddddddd\n", File.ReadAllText(directory["log"]));
        Assert.Equal("ccccccc\n", File.ReadAllText(directory["log.1"]));
        Assert.Equal("bbbbbbb\n", File.ReadAllText(directory["log.2"]));
        Assert.Equal(3, Directory.GetFiles(directory.Path).Length);
    }

    [Fact]
    public void A_file_is_continued_by_the_next_process()
    {
        using var directory = new TemporaryDirectory();
        for (var run = 0; run < 2; run++)
        {
            using var file = new RotatingFile(directory["log"], mostBytes: 10);
            file.Write("1234\n");
        }

        Assert.Equal("1234\n1234\n", File.ReadAllText(directory["log"]));
    }

    [Fact]
    public void Every_event_goes_to_the_file_and_grave_ones_briefly_to_the_terminal()
    {
        using var directory = new TemporaryDirectory();
        using var terminal = new StringWriter();
        using (var pump = new LogPump(new RotatingFile(directory["log"]), terminal, LogLevel.Warning))
        using (var provider = new LineLoggerProvider(pump, asJson: false))
        {
            var logger = provider.CreateLogger("Some.Category");
            logger.Log(LogLevel.Information, new EventId(7), "all well", null, (state, _) => state);
            logger.Log(LogLevel.Error, new EventId(8), "not well", new IOException("disk"), (state, _) => state);
            Assert.True(pump.Flush(Deadline));
        }

        var lines = File.ReadAllLines(directory["log"]);
        Assert.EndsWith("info  Some.Category[7] all well", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("error Some.Category[8] not well", lines[1], StringComparison.Ordinal);
        Assert.Equal("    System.IO.IOException: disk", lines[2]);
        Assert.Equal("error not well: disk\n", terminal.ToString());
    }

    [Fact]
    public void A_line_of_json_has_the_values_by_name()
    {
        var state = new KeyValuePair<string, object?>[] { new("Node", "a"), new("Epoch", 7), new("{OriginalFormat}", "x") };

        var line = LineJson.Text(
            DateTime.UnixEpoch, LogLevel.Warning, "C", new EventId(3, "Moved"), "moved", state, new IOException("disk"));

        var json = JsonDocument.Parse(line).RootElement;
        Assert.Equal("1970-01-01T00:00:00Z", json.GetProperty("time").GetString());
        Assert.Equal("Moved", json.GetProperty("event").GetString());
        Assert.Equal("a", json.GetProperty("values").GetProperty("Node").GetString());
        Assert.Equal("7", json.GetProperty("values").GetProperty("Epoch").GetString());
        Assert.False(json.GetProperty("values").TryGetProperty("{OriginalFormat}", out _));
        Assert.Contains("disk", json.GetProperty("exception").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_terminal_that_stands_still_makes_nobody_wait_and_loses_no_count()
    {
        using var terminal = new StuckWriter();
        using (var pump = new LogPump(null, terminal, LogLevel.Trace, capacity: 4))
        {
            for (var i = 0; i < 1000; i++)
            {
                pump.Post(new LogLine(LogLevel.Information, $"line {i}\n", ""));
            }

            terminal.Release();
        }

        var written = terminal.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var lines = written.Count(line => line.StartsWith("line ", StringComparison.Ordinal));
        var dropped = written.Where(line => line.Contains("were dropped", StringComparison.Ordinal))
            .Sum(line => int.Parse(line.Split("[0] ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture));
        Assert.True(dropped > 0);
        Assert.Equal(1000, lines + dropped);
    }
}
