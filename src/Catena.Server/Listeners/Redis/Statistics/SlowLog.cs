namespace Catena.Server.Listeners.Redis.Statistics;

/// <summary>The last commands that took long: SLOWLOG.</summary>
/// <remarks>Thread-safe. Bounded: by the number of entries, the arguments of each, and the bytes of each argument.</remarks>
internal sealed class SlowLog
{
    /// <summary>How many arguments of a command are kept; the last of them says how many more there were.</summary>
    public const int MostArguments = 32;

    /// <summary>How many bytes of an argument are kept.</summary>
    public const int MostArgumentBytes = 128;

    private readonly Lock _sync = new();
    private readonly LinkedList<SlowEntry> _entries = [];
    private long _nextId;

    /// <summary>How many entries there are.</summary>
    public int Count
    {
        get
        {
            lock (_sync)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>Adds an entry, and drops the oldest where there are too many.</summary>
    /// <param name="entry">The entry; its number is given here.</param>
    /// <param name="most">How many are kept.</param>
    public void Add(SlowEntry entry, int most)
    {
        lock (_sync)
        {
            _entries.AddFirst(entry with { Id = _nextId++ });
            Trim(most);
        }
    }

    /// <summary>The newest entries, newest first.</summary>
    /// <param name="count">How many at most.</param>
    public List<SlowEntry> Newest(int count)
    {
        lock (_sync)
        {
            return [.. _entries.Take(count)];
        }
    }

    /// <summary>Drops all but the newest entries.</summary>
    /// <param name="most">How many are kept.</param>
    public void Keep(int most)
    {
        lock (_sync)
        {
            Trim(most);
        }
    }

    /// <summary>What is kept of an argument: its beginning, and how much more there was.</summary>
    /// <param name="argument">The argument.</param>
    public static byte[] Cut(ReadOnlySpan<byte> argument) => argument.Length <= MostArgumentBytes
        ? argument.ToArray()
        : [.. argument[..MostArgumentBytes], .. System.Text.Encoding.ASCII.GetBytes($"... ({argument.Length - MostArgumentBytes} more bytes)")];

    /// <summary>What stands for arguments that are not kept.</summary>
    /// <param name="count">How many.</param>
    public static byte[] More(int count) => System.Text.Encoding.ASCII.GetBytes($"... ({count} more arguments)");

    private void Trim(int most)
    {
        while (_entries.Count > most)
        {
            _entries.RemoveLast();
        }
    }
}
