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
/// <param name="router">Carries out the puts one by one where they cannot be carried out together.</param>
internal sealed class PutGroup(CommandRouter router) : ICommandSink
{
    /// <summary>The longest value that is put in a group: larger ones gain nothing.</summary>
    internal const int LongestValue = 1024;

    private const int LongestKey = 256;
    private const int MostPuts = 128;
    private const int MostBytes = 32 << 10;

    private readonly ArrayBufferWriter<byte> _items = new(1024);
    private readonly List<(ICommandSink Sink, long Tag)> _asked = [];

    /// <summary>The partition.</summary>
    internal PartitionId Partition { get; private set; }

    /// <summary>How many puts it has.</summary>
    internal int Count => _asked.Count;

    /// <summary>Whether it is to be carried out before more is added.</summary>
    internal bool IsFull => _asked.Count >= MostPuts || _items.WrittenCount >= MostBytes;

    /// <summary>The next one of those that are to be used again.</summary>
    internal PutGroup? NextFree { get; set; }

    /// <summary>Whether a command is one that groups are of: a put of the default table whatever was there before, short and for good, and with nothing about it to refuse.</summary>
    internal static bool Takes(in Command command, int maxValueBytes) =>
        command is { Kind: CommandKind.Put, Flags: CommandFlags.None, Deadline: 0, Table: 0 }
        && command.Key.Length is >= 1 and <= LongestKey
        && command.Value.Length <= Math.Min(LongestValue, maxValueBytes);

    /// <summary>Empties it, for a partition.</summary>
    internal void Begin(PartitionId partition)
    {
        Partition = partition;
        _items.ResetWrittenCount();
        _asked.Clear();
    }

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
    internal Command AsOne() => new() { Kind = CommandKind.PutEach, Slot = FirstSlot, Items = _items.WrittenSpan };

    /// <summary>The only put that it has, as the command that it came as, and who asked for it.</summary>
    internal Command Only(out ICommandSink sink, out long tag)
    {
        (sink, tag) = _asked[0];
        var items = new PackedList(_items.WrittenSpan);
        return Next(ref items);
    }

    /// <summary>Takes the result of all.</summary>
    public void Complete(long tag, ReadOnlySpan<byte> result)
    {
        if (new ResultReader(result) is { Kind: ResultKind.Error, Error: ErrorCode.OneByOne })
        {
            var items = new PackedList(_items.WrittenSpan);
            foreach (var (sink, own) in _asked)
            {
                router.Park(Partition, Next(ref items), sink, own);
            }
        }
        else
        {
            CompletionClock.Begin();
            foreach (var (sink, own) in _asked)
            {
                sink.Complete(own, result);
            }

            CompletionClock.End();
        }

        router.Return(this);
    }

    private ushort FirstSlot
    {
        get
        {
            var items = new PackedList(_items.WrittenSpan);
            items.MoveNext();
            return StoredKey.Slot(items.Current);
        }
    }

    private static Command Next(scoped ref PackedList items)
    {
        items.MoveNext();
        var key = items.Current;
        items.MoveNext();
        return new Command { Kind = CommandKind.Put, Slot = StoredKey.Slot(key), Key = StoredKey.Key(key), Value = items.Current };
    }
}
