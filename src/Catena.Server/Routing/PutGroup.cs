using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Primitives;

namespace Catena.Server.Routing;

/// <summary>Plain puts of one partition that one thread was given in one turn, to be carried out as one command (<see cref="CommandKind.PutEach" />), of which each is told the result.</summary>
/// <remarks>
/// What costs the same for many puts as for one, and that is most of what a small put costs, is paid once: the way to the partition and its lock, the entry in the log with its
/// request and result, replication, and the messages of it. All take effect at one moment, in the order in which they came, which none of those who asked can tell from one
/// after the other. Filled by one thread; completed by any.
/// </remarks>
/// <param name="router">Carries the puts out.</param>
internal sealed class PutGroup(CommandRouter router) : ICommandSink
{
    /// <summary>The longest value that is put in a group: larger ones gain nothing.</summary>
    internal const int LongestValue = 1024;

    private const int LongestKey = 256;
    private const int MostPuts = 128;
    private const int MostBytes = 32 << 10;
    private const int MostKeptBytes = 16 << 10;

    private readonly List<(ICommandSink Sink, long Tag)> _asked = [];
    private ArrayBufferWriter<byte> _items = new(1024);

    /// <summary>The partition.</summary>
    internal PartitionId Partition { get; private set; }

    /// <summary>How many puts it has.</summary>
    internal int Count => _asked.Count;

    /// <summary>Whether it is to be carried out before more is added.</summary>
    internal bool IsFull => _asked.Count >= MostPuts || _items.WrittenCount >= MostBytes;

    /// <summary>Whether a command is one that groups are of: a put of the default table whatever was there before, short and for good, and with nothing about it to refuse.</summary>
    internal static bool Takes(in Command command, int maxValueBytes) =>
        command is { Kind: CommandKind.Put, Flags: CommandFlags.None, Deadline: 0, Table: 0 }
        && command.Key.Length is >= 1 and <= LongestKey
        && command.Value.Length <= Math.Min(LongestValue, maxValueBytes);

    /// <summary>Begins to fill it, for a partition.</summary>
    internal void Begin(PartitionId partition) => Partition = partition;

    /// <summary>Adds a put.</summary>
    internal void Add(in Command command, ICommandSink sink, long tag)
    {
        var length = StoredKey.PrefixLength + command.Key.Length;
        _items.WriteVarint((ulong)length);
        StoredKey.Write(_items.GetSpan(length), command.Slot, 0, command.Key);
        _items.Advance(length);
        _items.WriteString(command.Value);
        _asked.Add((sink, tag));
    }

    /// <summary>The puts as one command; valid until it is completed.</summary>
    /// <param name="flags">How it is carried out.</param>
    internal Command AsOne(CommandFlags flags = CommandFlags.None)
    {
        var items = new PackedList(_items.WrittenSpan);
        items.MoveNext();
        return new Command { Kind = CommandKind.PutEach, Flags = flags, Slot = StoredKey.Slot(items.Current), Items = _items.WrittenSpan };
    }

    /// <summary>Takes the result of all.</summary>
    /// <param name="tag">Of no account.</param>
    /// <param name="result">The result.</param>
    public void Complete(long tag, ReadOnlySpan<byte> result)
    {
        if (new ResultReader(result) is { Kind: ResultKind.Error, Error: ErrorCode.OneByOne })
        {
            // Said at once or never: whoever carries it out sees to it, so that what he is given after it comes after it.
            PutGroups.NoteSplit(this);
            return;
        }

        CompletionClock.Begin();
        foreach (var (sink, own) in _asked)
        {
            sink.Complete(own, result);
        }

        CompletionClock.End();
        router.Return(this);
    }

    /// <summary>Carries the puts out one by one, in order.</summary>
    internal void Split()
    {
        var items = new PackedList(_items.WrittenSpan);
        foreach (var (sink, tag) in _asked)
        {
            items.MoveNext();
            var key = items.Current;
            items.MoveNext();
            router.Send(Partition, new Command { Kind = CommandKind.Put, Slot = StoredKey.Slot(key), Key = StoredKey.Key(key), Value = items.Current }, sink, tag);
        }
    }

    /// <summary>Forgets the puts, and memory that is too much to be kept for the next ones.</summary>
    internal void Clear()
    {
        _asked.Clear();
        if (_items.Capacity > MostKeptBytes)
        {
            _items = new ArrayBufferWriter<byte>(1024);
        }

        _items.ResetWrittenCount();
    }
}
