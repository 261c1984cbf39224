using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Catena.Cli.Logging;

/// <summary>Takes log lines from any thread without ever making one wait, and writes them from a thread of its own.</summary>
/// <remarks>
/// Threads that log hold partitions' locks and read from peers, and a disk or a terminal may stand still. So lines wait in a queue of bounded
/// length; when it is full, lines are dropped and counted, and the count is written as soon as there is room.
/// </remarks>
internal sealed class LogPump : IDisposable
{
    private readonly Channel<LogLine> _queue;
    private readonly RotatingFile? _file;
    private readonly TextWriter _terminal;
    private readonly LogLevel _terminalLevel;
    private readonly Thread _thread;
    private long _dropped;
    private long _taken;
    private long _written;

    /// <summary>Begins the thread.</summary>
    /// <param name="file">Where every line goes; null for the terminal only.</param>
    /// <param name="terminal">Where grave lines go, or all where there is no file.</param>
    /// <param name="terminalLevel">How grave a line must be to go to the terminal.</param>
    /// <param name="capacity">How many lines may wait.</param>
    public LogPump(RotatingFile? file, TextWriter terminal, LogLevel terminalLevel, int capacity = 8192)
    {
        _file = file;
        _terminal = terminal;
        _terminalLevel = terminalLevel;
        _queue = Channel.CreateBounded<LogLine>(new BoundedChannelOptions(capacity) { SingleReader = true });
        _thread = new Thread(Write) { IsBackground = true, Name = "writes the log" };
        _thread.Start();
    }

    /// <summary>Takes a line; never waits.</summary>
    public void Post(LogLine line)
    {
        if (_queue.Writer.TryWrite(line))
        {
            Interlocked.Increment(ref _taken);
        }
        else
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    /// <summary>Waits until what was posted before is written, for a while.</summary>
    /// <param name="atMost">How long.</param>
    /// <returns>Whether it is.</returns>
    public bool Flush(TimeSpan atMost)
    {
        var goal = Interlocked.Read(ref _taken);
        return SpinWait.SpinUntil(() => Interlocked.Read(ref _written) >= goal, atMost);
    }

    /// <summary>Writes what is left and ends.</summary>
    public void Dispose()
    {
        _queue.Writer.TryComplete();
        _thread.Join();
        _file?.Dispose();
    }

    private void Write()
    {
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            var count = 0;
            while (_queue.Reader.TryRead(out var line))
            {
                WriteLine(line);
                count++;
            }

            if (Interlocked.Exchange(ref _dropped, 0) is > 0 and var dropped)
            {
                var text = $"{dropped} log lines were dropped, because they came faster than they could be written";
                WriteLine(new LogLine(
                    LogLevel.Warning,
                    LineFormat.Text(DateTime.UtcNow, LogLevel.Warning, "Catena.Cli.Logging", 0, text, null),
                    LineFormat.Brief(LogLevel.Warning, text, null)));
            }

            _file?.Flush();
            Interlocked.Add(ref _written, count);
        }
    }

    private void WriteLine(LogLine line)
    {
        _file?.Write(line.Text);
        if (line.Level >= _terminalLevel)
        {
            _terminal.Write(_file is null ? line.Text : line.Brief);
        }
    }
}
