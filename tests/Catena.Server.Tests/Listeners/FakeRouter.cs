using System.Buffers;
using System.Globalization;
using System.Text;
using Catena.Core.Commands;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Protocols.Resp.Commands;
using Catena.Server.Routing;

namespace Catena.Server.Tests.Listeners;

/// <summary>A router with one in-memory copy of the data, whose answers come when and in which order a test says.</summary>
/// <remarks>Commands take effect in the order in which they arrive; only their completions are delayed.</remarks>
internal sealed class FakeRouter : ICommandRouter, IKeyReader, IDisposable
{
    /// <summary>A list of two items that ends after the first.</summary>
    private static readonly byte[] BrokenList = [(byte)ResultKind.List, 2, 1, 1, (byte)'x'];

    private readonly Lock _sync = new();
    private readonly SortedDictionary<string, (byte[] Value, long Expiry, ulong Version)> _data = new(StringComparer.Ordinal);
    private readonly List<string> _started = [];
    private readonly List<HeldCommand> _held = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Thread> _scatterers = [];
    private readonly PartitionMap _map = new(8);
    private ulong _version;

    /// <summary>The clock by which keys expire.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Which commands are not answered before a test says so.</summary>
    public Func<CommandKind, bool> Holds { get; set; } = _ => false;

    /// <summary>What is answered instead of a result, by key.</summary>
    public Func<string, ErrorCode?> Fails { get; set; } = _ => null;

    /// <summary>Answers with something that is no result, after a good beginning, for a key.</summary>
    public string? BreaksFor { get; set; }

    /// <summary>Makes <see cref="Execute" /> throw for a key.</summary>
    public string? ThrowsFor { get; set; }

    /// <summary>By how many milliseconds the data is out of date where a read allows for so much; it is up to date where not.</summary>
    public long Age { get; init; } = 7;

    /// <summary>How many keys of a run are answered at most.</summary>
    public int LooksUp { get; set; } = int.MaxValue;

    /// <summary>How many keys were answered in runs.</summary>
    public int LookedUp { get; private set; }

    /// <summary>How many commands might have been gathered.</summary>
    public int Gathered { get; private set; }

    /// <summary>What arrived so far, as kinds and keys.</summary>
    public IReadOnlyList<string> Started
    {
        get
        {
            lock (_sync)
            {
                return [.. _started];
            }
        }
    }

    /// <summary>How many commands wait for an answer.</summary>
    public int HeldCount
    {
        get
        {
            lock (_sync)
            {
                return _held.Count;
            }
        }
    }

    /// <inheritdoc />
    public void Execute(in Command command, ICommandSink sink, long tag)
    {
        byte[] result;
        lock (_sync)
        {
            var key = Encoding.Latin1.GetString(command.Key);
            if (key.Length > 0 && key == ThrowsFor)
            {
                throw new InvalidOperationException("The router fails as the test wants it to.");
            }

            _started.Add($"{command.Kind} {key}".TrimEnd());
            result = key.Length > 0 && key == BreaksFor ? BrokenList : Run(command, key);
            if (Holds(command.Kind))
            {
                _held.Add(new HeldCommand(command.Kind, sink, tag, result));
                return;
            }
        }

        sink.Complete(tag, result);
    }

    /// <inheritdoc />
    public void Gather(in Command command, ICommandSink sink, long tag)
    {
        Gathered++;
        Execute(command, sink, tag);
    }

    /// <inheritdoc />
    public int LookUp(KeyRun run, IValueOutput output)
    {
        lock (_sync)
        {
            var (answered, start) = (0, output.Length);
            foreach (ref readonly var sought in run.Keys)
            {
                var stored = run.StoredKeyOf(sought);
                var key = Encoding.Latin1.GetString(StoredKey.Key(stored));
                if (answered == LooksUp || output.Length - start > KeyRun.MaxValueBytes || Holds(CommandKind.Get) || Fails(key) is not null || key == BreaksFor || key == ThrowsFor
                    || (_data.TryGetValue(Encoding.Latin1.GetString(stored), out var entry) && entry.Expiry != 0))
                {
                    break;
                }

                _started.Add($"Get {key}");
                if (entry.Value is { } value)
                {
                    value.CopyTo(output.GetSpan(value.Length));
                    output.Advance(value.Length);
                }
                else
                {
                    output.WriteMissing();
                }

                answered++;
                LookedUp++;
            }

            return answered;
        }
    }

    /// <summary>Answers one of the commands that wait, on another thread, and waits until that is done.</summary>
    /// <param name="index">Which, in the order in which they arrived.</param>
    public void Release(int index)
    {
        HeldCommand held;
        lock (_sync)
        {
            held = _held[index];
            _held.RemoveAt(index);
        }

        var thread = new Thread(() => held.Sink.Complete(held.Tag, held.Result));
        thread.Start();
        thread.Join();
    }

    /// <summary>Answers everything that waits, in the order in which it arrived.</summary>
    public void ReleaseAll()
    {
        while (HeldCount > 0)
        {
            Release(0);
        }
    }

    /// <summary>From now on answers everything on other threads, in an order that only the seed knows.</summary>
    /// <param name="seed">The seed.</param>
    public void Scatter(int seed)
    {
        Holds = _ => true;
        for (var i = 0; i < 3; i++)
        {
            var random = new Random(seed + i);
            var thread = new Thread(() => ScatterSome(random)) { IsBackground = true };
            _scatterers.Add(thread);
            thread.Start();
        }
    }

    /// <inheritdoc />
    public Lsn Position => new(new Epoch(1), _version);

    /// <inheritdoc />
    public Lsn LastDeletion(ushort first, ushort last) => Lsn.Zero;

    /// <inheritdoc />
    public bool TryRead(ReadOnlySpan<byte> storedKey, IBufferWriter<byte> value, out Lsn version, out long expiry)
    {
        var found = _data.TryGetValue(Encoding.Latin1.GetString(storedKey), out var entry);
        version = found ? new Lsn(new Epoch(1), entry.Version) : Lsn.Zero;
        expiry = entry.Expiry;
        value.Write(entry.Value);
        return found;
    }

    public bool TryReadVersion(ReadOnlySpan<byte> storedKey, out Lsn version, out long expiry) =>
        TryRead(storedKey, new ArrayBufferWriter<byte>(), out version, out expiry);

    public void Scan(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool withValues, IEntryVisitor visitor)
    {
        var (first, end) = (Encoding.Latin1.GetString(from), Encoding.Latin1.GetString(to));
        foreach (var (key, entry) in _data.Where(pair => string.CompareOrdinal(pair.Key, first) >= 0 && string.CompareOrdinal(pair.Key, end) < 0))
        {
            if (!visitor.Visit(Encoding.Latin1.GetBytes(key), entry.Value, new Lsn(new Epoch(1), entry.Version), entry.Expiry))
            {
                return;
            }
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _scatterers.ForEach(thread => thread.Join());
        _stop.Dispose();
    }

    private void ScatterSome(Random random)
    {
        while (!_stop.IsCancellationRequested)
        {
            HeldCommand? held = null;
            lock (_sync)
            {
                if (_held.Count > 0)
                {
                    var index = random.Next(_held.Count);
                    held = _held[index];
                    _held.RemoveAt(index);
                }
            }

            if (held is null)
            {
                Thread.Yield();
            }
            else
            {
                held.Sink.Complete(held.Tag, held.Result);
            }
        }
    }

    private byte[] Run(in Command command, string key)
    {
        var result = new ArrayBufferWriter<byte>();
        if (Fails(key) is { } code)
        {
            ResultWriter.WriteError(result, code, default);
            return result.WrittenSpan.ToArray();
        }

        var slots = command.Slot == Command.SeveralSlots
            ? new SlotRange(new HashSlot(0), new HashSlot(HashSlot.Count - 1))
            : _map.SlotsOf(_map.Of(new HashSlot(command.Slot)));
        if (command.Kind == CommandKind.Count)
        {
            ResultWriter.WriteInteger(result, _data.Keys.Count(stored => slots.Contains(SlotOf(stored))));
        }
        else if (command.Kind == CommandKind.Scan)
        {
            Scan(command, slots, result);
        }
        else
        {
            var decider = new CommandDecider(slots, 16 << 20);
            decider.Decide(command, this, Time.GetUtcNow().ToUnixTimeMilliseconds());
            Apply(decider.Mutations);
            if (command.IsStale)
            {
                ResultWriter.WriteAged(result, Age <= command.Number ? Age : 0, decider.Result);
            }
            else
            {
                result.Write(decider.Result);
            }
        }

        return result.WrittenSpan.ToArray();
    }

    private static HashSlot SlotOf(string stored) => new(StoredKey.Slot(Encoding.Latin1.GetBytes(stored)));

    private void Scan(in Command command, SlotRange slots, ArrayBufferWriter<byte> result)
    {
        var slot = (int)command.Number;
        var visited = 0;
        var keys = new List<byte[]>();
        for (; slot <= slots.Last.Value && visited < command.Limit; slot++)
        {
            foreach (var stored in _data.Keys.Where(stored => SlotOf(stored).Value == slot))
            {
                visited++;
                var key = StoredKey.Key(Encoding.Latin1.GetBytes(stored)).ToArray();
                if (command.Value.IsEmpty || new GlobPattern(command.Value).IsMatch(key))
                {
                    keys.Add(key);
                }
            }
        }

        ResultWriter.WritePageStart(result, slot, keys.Count);
        foreach (var key in keys)
        {
            ResultWriter.WriteItem(result, key);
        }
    }

    private void Apply(ReadOnlySpan<byte> mutations)
    {
        // Eight zeros are the head of a body without a request's number.
        var reader = new WriteBodyReader([.. new byte[8], .. mutations]);
        while (reader.MoveNext())
        {
            var key = Encoding.Latin1.GetString(reader.Current.Key);
            switch (reader.Current.Kind)
            {
                case MutationKind.Put:
                    _data[key] = (reader.Current.Value.ToArray(), reader.Current.Expiry, ++_version);
                    break;
                case MutationKind.Delete:
                    _data.Remove(key);
                    break;
                default:
                    foreach (var stored in _data.Keys.Where(stored => stored.StartsWith(key, StringComparison.Ordinal)).ToList())
                    {
                        _data.Remove(stored);
                    }

                    break;
            }
        }

        Assert.True(reader.IsValid, string.Create(CultureInfo.InvariantCulture, $"{mutations.Length} bytes of mutations are malformed"));
    }

    private sealed record HeldCommand(CommandKind Kind, ICommandSink Sink, long Tag, byte[] Result);
}
