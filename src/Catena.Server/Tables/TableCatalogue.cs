using System.Collections.Concurrent;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Core.Tables;
using Catena.Server.Routing;

namespace Catena.Server.Tables;

/// <summary>A node's way to the catalogue of tables: which name has which number, and how names come and go.</summary>
/// <remarks>
/// <para>
/// The catalogue is a handful of replicated keys (<see cref="CatalogueKeys" />). A node keeps the numbers that it has read there, and nothing of names that it did not find. What it keeps may
/// be out of date: partitions have a record of every table that was dropped, and refuse its number; so a node that knows only the old one learns so from whatever partition it asks, and looks
/// again. A name that is found to be <em>being dropped</em> is dropped to the end by whoever finds it, before anybody is told that there is no such table: so a table is there until its name is
/// deleted, and not any more afterwards, for everybody.
/// </para>
/// <para>
/// News comes in on any thread and is only noted; <see cref="Work" />, which somebody runs soon after, does everything else, one at a time. In the server that is the thread pool, in the
/// simulator the event that brought the news.
/// </para>
/// </remarks>
public sealed partial class TableCatalogue : ICommandSink
{
    /// <summary>How many names are kept; with one more all are forgotten.</summary>
    private const int MaxKnown = 4096;

    private readonly ICommandRouter _router;
    private readonly PartitionMap _map;
    private readonly Action _signal;
    private readonly ConcurrentQueue<Action> _news = new();
    private readonly ConcurrentDictionary<byte[], ushort> _known = new(ByteKeyComparer.Instance);
    private readonly Dictionary<long, Action<byte[]>> _asked = [];
    private readonly Dictionary<byte[], Resolution> _resolving = new(ByteKeyComparer.Instance);
    private readonly Dictionary<ushort, List<Action<byte[]?>>> _finishing = [];
    private long _lastAsk;
    private long _repeats;
    private int _generation;

    /// <summary>A catalogue of which nothing is known.</summary>
    /// <param name="router">The way to the partitions; takes transactions.</param>
    /// <param name="map">Which slots make which partition.</param>
    /// <param name="signal">Has <see cref="Work" /> run soon; called on any thread.</param>
    public TableCatalogue(ICommandRouter router, PartitionMap map, Action signal)
    {
        _router = router;
        _map = map;
        _signal = signal;
    }

    /// <summary>Another number whenever a name's number was forgotten: calls that were given out before may be under way under an old one. Any thread.</summary>
    public int Generation => Volatile.Read(ref _generation);

    /// <summary>How many names' numbers are kept. Any thread.</summary>
    public int Known => _known.Count;

    /// <summary>How often a call was repeated because a partition had refused its table's number. Any thread.</summary>
    public long Repeats => Interlocked.Read(ref _repeats);

    /// <summary>Starts a call, at once where all its tables' numbers are known. Any thread.</summary>
    /// <returns>Whether it was started; otherwise it will be, once they are known.</returns>
    public bool Start(NamedCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        for (var index = 0; index < call.Tables.Count; index++)
        {
            if (!_known.TryGetValue(call.Tables.NameAt(index), out var number))
            {
                Post(() => Enqueue(call));
                return false;
            }

            call.Tables.Set(index, number);
        }

        call.Begin(_router);
        return true;
    }

    /// <summary>Tells a table's number: an integer, or an error. Any thread.</summary>
    /// <param name="name">The name.</param>
    /// <param name="sink">Where the result goes.</param>
    /// <param name="tag">Handed back with the result.</param>
    public void Resolve(byte[] name, ICommandSink sink, long tag)
    {
        ArgumentNullException.ThrowIfNull(sink);
        Post(() => Resolve(name, (number, error) => sink.Complete(tag, error ?? EncodedResults.Integer(number))));
    }

    /// <summary>Forgets the number of a name: a partition has refused it. Any thread.</summary>
    public void Forget(byte[] name, ushort number)
    {
        if (_known.TryRemove(new KeyValuePair<byte[], ushort>(name, number)))
        {
            Interlocked.Increment(ref _generation);
        }
    }

    /// <summary>Forgets everything. Any thread.</summary>
    public void ForgetAll()
    {
        _known.Clear();
        Interlocked.Increment(ref _generation);
    }

    /// <summary>Does all that there is to do now; one thread at a time.</summary>
    public void Work()
    {
        _router.BeginTurn();
        while (_news.TryDequeue(out var news))
        {
            news();
        }

        _router.EndTurn();
    }

    /// <summary>Takes the result of what was asked; see <see cref="ICommandSink" />.</summary>
    void ICommandSink.Complete(long tag, ReadOnlySpan<byte> result)
    {
        var owned = result.ToArray();
        Post(() =>
        {
            if (_asked.Remove(tag, out var then))
            {
                then(owned);
            }
        });
    }

    /// <summary>Carries a call out once more, under the numbers that its tables have now. Any thread.</summary>
    internal void Repeat(NamedCall call)
    {
        for (var index = 0; index < call.Tables.Count; index++)
        {
            Forget(call.Tables.NameAt(index), call.Tables.NumberAt(index));
        }

        Interlocked.Increment(ref _repeats);
        Post(() => Enqueue(call));
    }

    private void Post(Action news)
    {
        _news.Enqueue(news);
        _signal();
    }

    private void Ask(in Command command, Action<byte[]> then)
    {
        _asked.Add(++_lastAsk, then);
        _router.Execute(command, this, _lastAsk);
    }

    private void Enqueue(NamedCall call)
    {
        call.Unsettle();
        call.Order.Waiting.Enqueue(call);
        Resolve(call, 0);
    }

    private void Resolve(NamedCall call, int index)
    {
        if (index == call.Tables.Count)
        {
            Settle(call, null);
            return;
        }

        Resolve(call.Tables.NameAt(index), (number, error) =>
        {
            if (error is not null)
            {
                Settle(call, error);
                return;
            }

            call.Tables.Set(index, number);
            Resolve(call, index + 1);
        });
    }

    /// <summary>A call is ready; it, and those behind it that were ready before, have their turn.</summary>
    private void Settle(NamedCall call, byte[]? error)
    {
        call.Settle(error);
        var waiting = call.Order.Waiting;
        while (waiting.TryPeek(out var first) && first.IsSettled)
        {
            waiting.Dequeue();
            first.Go(_router);
        }
    }

    private void Resolve(byte[] name, Action<ushort, byte[]?> then)
    {
        if (TableName.IsDefault(name))
        {
            then(0, null);
        }
        else if (!TableName.IsValid(name))
        {
            then(0, TableResults.NoSuchTable);
        }
        else if (_known.TryGetValue(name, out var number))
        {
            then(number, null);
        }
        else if (_resolving.TryGetValue(name, out var resolution))
        {
            resolution.Later.Add(then);
        }
        else
        {
            _resolving.Add(name, resolution = new Resolution());
            resolution.Later.Add(then);
            LookUp(name, resolution);
        }
    }

    /// <summary>Reads a name for those who wait for it now. Who comes later may share what is found, but not that nothing is: it may have come since.</summary>
    private void LookUp(byte[] name, Resolution resolution)
    {
        resolution.Now.AddRange(resolution.Later);
        resolution.Later.Clear();
        ReadName(name, (entry, _, error) =>
        {
            if (error is null && entry is { IsBeingDropped: false } found)
            {
                Remember(name, found.Number);
                resolution.Now.AddRange(resolution.Later);
                resolution.Later.Clear();
                Tell(name, resolution, found.Number, null);
            }
            else if (error is null && entry is { } dropped)
            {
                Finish(name, dropped.Number, failure => Tell(name, resolution, 0, failure is null ? TableResults.NoSuchTable : TableResults.BeingDropped));
            }
            else
            {
                Tell(name, resolution, 0, error ?? TableResults.NoSuchTable);
            }
        });
    }

    private void Tell(byte[] name, Resolution resolution, ushort number, byte[]? error)
    {
        var waiting = resolution.Now.ToArray();
        resolution.Now.Clear();
        if (resolution.Later.Count == 0)
        {
            _resolving.Remove(name);
        }
        else
        {
            LookUp(name, resolution);
        }

        foreach (var then in waiting)
        {
            then(number, error);
        }
    }

    private void Remember(byte[] name, ushort number)
    {
        if (_known.Count >= MaxKnown)
        {
            ForgetAll();
        }

        _known[name] = number;
    }

    /// <summary>Reads what the catalogue says of a name: an entry with its version, none where there is no such name, or an error.</summary>
    private void ReadName(byte[] name, Action<CatalogueEntry?, Lsn, byte[]?> then)
    {
        var command = new Command { Kind = CommandKind.Get, Table = StoredKey.CatalogueTable, Slot = CatalogueKeys.Slot, Key = CatalogueKeys.KeyOf(name) };
        Ask(command, result =>
        {
            var reader = new ResultReader(result);
            if (reader.Kind == ResultKind.Nil)
            {
                then(null, Lsn.Zero, null);
            }
            else if (reader.Kind == ResultKind.Error)
            {
                then(null, Lsn.Zero, result);
            }
            else if (CatalogueEntry.TryRead(reader.Value, out var entry))
            {
                then(entry, reader.Version, null);
            }
            else
            {
                then(null, Lsn.Zero, TableResults.Malformed);
            }
        });
    }

    /// <summary>Who waits for a name.</summary>
    private sealed class Resolution
    {
        /// <summary>Those who asked before it was read.</summary>
        internal List<Action<ushort, byte[]?>> Now { get; } = [];

        /// <summary>Those who asked since.</summary>
        internal List<Action<ushort, byte[]?>> Later { get; } = [];
    }
}
