using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Core.Replication.Log;
using Catena.Core.Replication.Messages;

namespace Catena.Core.Tests.Replication.Harness;

/// <summary>A replica's log and state in memory, whose stability is said by the test: what is not stable does not survive a crash.</summary>
/// <remarks>Entries' bodies are texts such as <c>k=v</c>; a text without an equals sign changes nothing.</remarks>
internal sealed class MemoryLog(PartitionId partition) : IReplicaLog
{
    private readonly Queue<(long Position, MemoryImage Image)> _unstable = new();
    private MemoryImage _now = MemoryImage.Empty;
    private Installation? _installation;
    private ulong _firstReadable = 1;
    private ulong _pin = ulong.MaxValue;
    private long _anewAt;

    /// <summary>The position of the last change.</summary>
    internal long Position { get; private set; }

    internal long StablePosition { get; private set; }

    /// <summary>Whether the state cannot be read whole.</summary>
    internal bool IsDamaged { get; set; }

    /// <summary>Entries from here on cannot be read because of damage.</summary>
    internal ulong UnreadableFrom { get; set; } = ulong.MaxValue;

    /// <summary>The results kept for retries, which a snapshot brings along.</summary>
    internal byte[] Results { get; set; } = [];

    /// <summary>Whether appends fail for want of space.</summary>
    internal bool IsFull { get; set; }

    /// <summary>Whether the copy was given up and no other has begun: every start finds that out anew.</summary>
    internal bool IsGivenUp { get; private set; }

    internal MemoryImage Durable { get; private set; } = MemoryImage.Empty;

    internal MemoryImage Image => _now;

    internal ImmutableSortedDictionary<string, MemoryValue> State { get; private set; } = MemoryImage.NoState;

    /// <summary>Is told of every entry that is appended, and of what precedes it.</summary>
    internal Action<MemoryEntry, Lsn>? Appended { get; set; }

    public Lsn Last => _now.Last;

    public Lsn Base => _now.Base;

    public ulong FirstReadable => _firstReadable;

    public ulong Applied { get; private set; }

    public IReadOnlyList<EpochStart> Lineage => _now.Lineage;

    public ulong CompleteThrough => _now.CompleteThrough;

    internal bool IsPinned => _pin != ulong.MaxValue;

    public long AppendStart(Lsn start, ulong committed) =>
        IsFull ? -1 : Add(MemoryEntry.Seal(new EntryHeader(partition, start, EntryType.Start, committed), "start"));

    public long AppendFrame(ReadOnlySpan<byte> frame) => IsFull ? -1 : Add(frame);

    /// <summary>Appends a client's write, as a host does.</summary>
    internal long AppendWrite(Lsn lsn, ulong committed, string text) =>
        IsFull ? -1 : Add(MemoryEntry.Seal(new EntryHeader(partition, lsn, EntryType.Write, committed), text));

    public long Truncate(ulong lastKept)
    {
        Assert.InRange(lastKept, Applied, Last.Sequence);
        _installation = null;
        return Change(_now.CutAfter(lastKept));
    }

    public long SaveRecord(ReplicaRecord record)
    {
        // Through the bytes, as a disk would have it.
        var writer = new ArrayBufferWriter<byte>();
        record.WriteTo(writer);
        return Change(_now with { Record = ReplicaRecord.Read(writer.WrittenSpan) }, keepsInstallation: true);
    }

    public ReadOnlyMemory<byte> Read(ulong from, int maxBytes, out Lsn last)
    {
        Assert.InRange(from, Math.Max(FirstReadable, Base.Sequence + 1), Last.Sequence);
        var writer = new ArrayBufferWriter<byte>();
        last = default;
        for (var sequence = from; sequence <= Last.Sequence && sequence < UnreadableFrom; sequence++)
        {
            var entry = _now.At(sequence);
            if (writer.WrittenCount > 0 && writer.WrittenCount + entry.Frame.Length > maxBytes)
            {
                break;
            }

            writer.Write(entry.Frame);
            last = entry.Lsn;
        }

        return writer.WrittenMemory;
    }

    public bool TryReadSnapshot(ReadOnlyMemory<byte> cursor, int maxBytes, out ReadOnlyMemory<byte> items, out byte[]? next)
    {
        var after = Encoding.UTF8.GetString(cursor.Span);
        var writer = new ArrayBufferWriter<byte>();
        next = null;
        foreach (var (key, value) in State.Where(pair => string.CompareOrdinal(pair.Key, after) > 0))
        {
            if (writer.WrittenCount >= maxBytes)
            {
                next = Encoding.UTF8.GetBytes(after);
                break;
            }

            writer.WriteString(Encoding.UTF8.GetBytes(key));
            writer.WriteString(Encoding.UTF8.GetBytes(value.Text));
            writer.WriteLsn(value.Version);
            after = key;
        }

        items = writer.WrittenMemory;
        return !IsDamaged;
    }

    public ReadOnlyMemory<byte> ReadResults() => Results;

    public void Pin(ulong sequence) => _pin = sequence;

    public long Install(SnapshotChunk chunk)
    {
        if (IsFull)
        {
            _installation = null;
            return -1;
        }

        if (chunk.Number == 0)
        {
            Assert.True(LeadsTo(chunk.Lineage, chunk.Base), $"a snapshot at {chunk.Base} comes with a lineage that does not lead there");
            _installation = new Installation();
        }

        if (_installation is not { } installation)
        {
            return -1;
        }

        installation.Add(chunk.Items.Span);
        if (!chunk.IsLast)
        {
            return Change(_now, keepsInstallation: true);
        }

        State = installation.State.ToImmutable();
        Results = chunk.Results.ToArray();
        Applied = chunk.Base.Sequence;
        _firstReadable = Applied + 1;
        return Change(_now with
        {
            Base = chunk.Base,
            BaseState = State,
            Entries = [],
            Lineage = chunk.Lineage,
            CompleteThrough = chunk.CompleteThrough,
            LostTail = false,
        });
    }

    public void TailIsProven() => Change(_now with { LostTail = false }, keepsInstallation: true);

    public void StartAnew()
    {
        State = MemoryImage.NoState;
        Applied = 0;
        _firstReadable = 1;
        _anewAt = Change(MemoryImage.Empty with { Record = _now.Record });
    }

    /// <summary>Begins with what an earlier life has left.</summary>
    internal void Load(MemoryImage image)
    {
        _now = image;
        Durable = image;
        Recover();
    }

    /// <summary>Loses the oldest entries to damage, whoever needs them.</summary>
    internal void LoseThrough(ulong sequence) => _firstReadable = sequence + 1;

    /// <summary>Finds the copy corrupt: all but the record is given up, stably, as recovery does before the replica starts.</summary>
    internal void GiveUp(bool forgetsRecord)
    {
        _now = forgetsRecord ? MemoryImage.Empty : MemoryImage.Empty with { Record = _now.Record };
        Durable = _now;
        IsGivenUp = true;
        Recover();
    }

    /// <summary>Applies entries that are committed.</summary>
    internal void ApplyThrough(ulong sequence)
    {
        while (Applied < sequence)
        {
            var entry = _now.At(Applied + 1);
            State = Apply(State, entry);
            Applied++;
        }
    }

    /// <summary>Lets everything up to a position become stable.</summary>
    internal void StableThrough(long position)
    {
        while (_unstable.TryPeek(out var head) && head.Position <= position)
        {
            IsGivenUp &= head.Position != _anewAt;
            Durable = _unstable.Dequeue().Image;
        }

        StablePosition = Math.Max(StablePosition, Math.Min(position, Position));
    }

    /// <summary>Lets the oldest entries go, as far as they are applied and not pinned.</summary>
    internal void TrimThrough(ulong sequence) =>
        _firstReadable = Math.Max(_firstReadable, Math.Min(Math.Min(sequence, Applied), _pin) + 1);

    /// <summary>Goes back to what is stable, and applies what that says is committed.</summary>
    internal void Crash()
    {
        _unstable.Clear();
        _installation = null;
        _pin = ulong.MaxValue;
        _now = Durable;
        Recover();
    }

    /// <summary>Loses stable entries too, and knows that it may have.</summary>
    internal void LoseTail(int count)
    {
        var kept = Math.Max(_now.Base.Sequence, _now.Last.Sequence - Math.Min(_now.Last.Sequence, (ulong)count));
        _now = _now.CutAfter(kept) with { LostTail = true };
        Durable = _now;
        Recover();
    }

    internal static ImmutableSortedDictionary<string, MemoryValue> Apply(ImmutableSortedDictionary<string, MemoryValue> state, MemoryEntry entry)
    {
        var equals = entry.Text.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? state : state.SetItem(entry.Text[..equals], new MemoryValue(entry.Text[(equals + 1)..], entry.Lsn));
    }

    private static bool LeadsTo(ImmutableArray<EpochStart> lineage, Lsn position) =>
        position.Sequence == 0 ? lineage.IsEmpty : !lineage.IsEmpty && lineage[^1].Epoch == position.Epoch && lineage[^1].FirstSequence <= position.Sequence;

    private void Recover()
    {
        State = _now.BaseState;
        Applied = _now.Base.Sequence;
        var known = _now.Entries.IsEmpty ? 0 : _now.Entries.Max(entry => entry.Header.Committed);
        ApplyThrough(Math.Min(known, Last.Sequence));
        _firstReadable = Math.Max(Base.Sequence + 1, Math.Min(_firstReadable, Applied + 1));
    }

    private long Add(ReadOnlySpan<byte> frame)
    {
        var entry = MemoryEntry.Read(frame);
        Assert.True(entry.Lsn.Sequence == Last.Sequence + 1 && entry.Lsn.Epoch >= Last.Epoch, $"{entry.Lsn} does not follow {Last}");
        _installation = null;
        Appended?.Invoke(entry, Last);
        return Change(_now.With(entry));
    }

    private long Change(MemoryImage image, bool keepsInstallation = false)
    {
        _now = image;
        _installation = keepsInstallation ? _installation : null;
        _unstable.Enqueue((++Position, image));
        return Position;
    }

    private sealed class Installation
    {
        internal ImmutableSortedDictionary<string, MemoryValue>.Builder State { get; } = MemoryImage.NoState.ToBuilder();

        internal void Add(ReadOnlySpan<byte> items)
        {
            var reader = new ByteReader(items);
            while (!reader.IsAtEnd)
            {
                var key = Encoding.UTF8.GetString(reader.ReadString());
                var text = Encoding.UTF8.GetString(reader.ReadString());
                State[key] = new MemoryValue(text, reader.ReadLsn());
                Assert.True(reader.IsValid, "a chunk is malformed");
            }
        }
    }
}
