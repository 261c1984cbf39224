using System.Buffers;
using System.Text;
using Catena.Cli.Backups.Archive;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Core.Replication.Log;
using Catena.Server.Backups;
using Catena.Storage.Partitions;
using Catena.Storage.Tests.Disks;

namespace Catena.Cli.Tests.Backups;

/// <summary>A backup of one partition that was made up: random writes and transactions, a snapshot that was read while they went on, and log files behind it.</summary>
/// <remarks>What the partition keeps for itself stands in the states under names that begin with @; values are Latin-1.</remarks>
internal sealed class SampleBackup
{
    private static readonly Guid Cluster = Guid.Parse("0f8fad5b-d9cb-469f-a165-70867728950e");
    private static readonly PartitionId Partition = new(0);

    private readonly Prng _random;
    private readonly List<byte[]> _frames = [];
    private readonly List<SortedDictionary<string, (string Value, long Expiry)>> _states = [new(StringComparer.Ordinal)];
    private readonly List<Lsn> _positions = [Lsn.Zero];
    private readonly List<SampleTransaction> _transactions = [];
    private ulong _started;

    public SampleBackup(ulong seed, int entries = 60, int keys = 12)
    {
        _random = new Prng(seed);
        for (var number = 0; number < entries; number++)
        {
            AddEntry(keys);
        }

        var @base = _random.Next(entries);
        var complete = @base + _random.Next(entries - @base + 1);
        var files = new List<PoolFile> { WriteSnapshot(@base, complete) };
        for (var from = @base; from < entries;)
        {
            // The last file ends at the cut, which lies behind where the snapshot is complete.
            var to = Math.Min(entries, from + 1 + _random.Next(entries));
            files.Add(WriteLog(from, to));
            from = to;
        }

        Directory = new BackupDirectory(Root, Pool);
        Manifest = new BackupManifest
        {
            Cluster = Cluster,
            ClusterName = "sample",
            Created = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            HighestEpoch = _positions[^1].Epoch.Value,
            Bytes = files.Sum(file => file.Length),
            Partitions = [new BackupPartition { Partition = 0, Cut = _positions[^1].ToString(), Files = [.. files.Select(BackupFile.Of)] }],
        };
        Name = Directory.Write(Manifest);
    }

    public MemoryDisk Root { get; } = new();

    public MemoryDisk Pool { get; } = new();

    public BackupDirectory Directory { get; }

    public BackupManifest Manifest { get; }

    public string Name { get; }

    /// <summary>What the partition holds at the cut.</summary>
    public IReadOnlyDictionary<string, (string Value, long Expiry)> Content
    {
        get
        {
            var content = _states[^1].Where(pair => pair.Key[0] != '@').ToDictionary();
            foreach (var transaction in _transactions.Where(transaction => transaction.IsCommitted))
            {
                content[transaction.Key] = (transaction.Value, 0);
            }

            return content;
        }
    }

    public async Task<Dictionary<string, (string Value, long Expiry)>> ReadAsync()
    {
        var gathered = new Gatherer();
        var transactions = await BackupTransactions.ReadAsync(Pool, Manifest, CancellationToken.None);
        Assert.Equal(_transactions.Count, transactions.UnderWay);
        await new PartitionContent(Pool, Manifest, Manifest.Partitions[0]).ReadAsync(transactions.CommittedAt(0), gathered, CancellationToken.None);
        return gathered.Content;
    }

    private static byte[] Stored(string key)
    {
        if (key[0] == '@')
        {
            return Encoding.Latin1.GetBytes(key[1..]);
        }

        var bytes = Encoding.UTF8.GetBytes(key);
        var stored = new byte[StoredKey.PrefixLength + bytes.Length];
        StoredKey.Write(stored, HashSlot.Of(bytes).Value, 0, bytes);
        return stored;
    }

    private void AddEntry(int keys)
    {
        var state = new SortedDictionary<string, (string Value, long Expiry)>(_states[^1], StringComparer.Ordinal);
        var previous = _positions[^1];
        var epoch = previous.Sequence == 0 || _random.Chance(0.1) ? new Epoch(previous.Epoch.Value + 1 + (ulong)_random.Next(3)) : previous.Epoch;
        var lsn = new Lsn(epoch, previous.Sequence + 1);
        var body = new ArrayBufferWriter<byte>();
        var type = epoch > previous.Epoch ? EntryType.Start : EntryType.Write;
        if (type == EntryType.Write)
        {
            WriteBody.WriteStart(body, RequestId.None, default);
            for (var change = 0; change < 1 + _random.Next(3); change++)
            {
                if (_random.Chance(0.3))
                {
                    AddStep(body, state, $"key{_random.Next(keys)}");
                }
                else
                {
                    AddChange(body, state, $"key{_random.Next(keys)}");
                }
            }
        }

        var frame = new byte[EntryFrame.LengthFor(body.WrittenCount)];
        body.WrittenSpan.CopyTo(frame.AsSpan(EntryFrame.HeaderLength));
        EntryFrame.Seal(frame, new EntryHeader(Partition, lsn, type, previous.Sequence));
        _frames.Add(frame);
        _states.Add(state);
        _positions.Add(lsn);
    }

    private void AddChange(ArrayBufferWriter<byte> body, SortedDictionary<string, (string Value, long Expiry)> state, string key)
    {
        var stored = Stored(key);
        if (_transactions.Exists(transaction => Stored(transaction.Key).AsSpan(0, 2).SequenceEqual(stored.AsSpan(0, 2))))
        {
            // Locked, or in one slot with what is.
            return;
        }

        switch (_random.Next(10))
        {
            case 0:
                // All keys of one slot.
                WriteBody.WriteMutation(body, new Mutation { Kind = MutationKind.DeletePrefix, Key = stored.AsSpan(0, StoredKey.PrefixLength) });
                foreach (var gone in state.Keys.Where(other => Stored(other).AsSpan(0, 2).SequenceEqual(stored.AsSpan(0, 2))).ToList())
                {
                    state.Remove(gone);
                }

                break;
            case < 4:
                Delete(body, state, key);
                break;
            default:
                var value = $"value{_random.Next(1000)}";
                var expiry = _random.Chance(0.3) ? 1 + _random.Next(1000) : 0;
                Put(body, state, key, value, expiry);
                break;
        }
    }

    /// <summary>A transaction over this partition and others goes one step on.</summary>
    private void AddStep(ArrayBufferWriter<byte> body, SortedDictionary<string, (string Value, long Expiry)> state, string key)
    {
        var transaction = _transactions.Find(transaction => transaction.Key == key);
        if (transaction is null)
        {
            transaction = new SampleTransaction(key, ++_started, isHome: _random.Chance(0.7));
            _transactions.Add(transaction);
            Put(body, state, transaction.PreparedName, transaction.Part(Stored(key)), 0);
        }
        else if (transaction is { IsHome: true, IsCommitted: false } && _random.Chance(0.7))
        {
            transaction.IsCommitted = true;
            Put(body, state, transaction.DecisionName, SampleTransaction.Committed, 0);
        }
        else
        {
            if (transaction.IsCommitted)
            {
                Put(body, state, key, transaction.Value, 0);
                Delete(body, state, transaction.DecisionName);
            }

            Delete(body, state, transaction.PreparedName);
            _transactions.Remove(transaction);
        }
    }

    private static void Put(ArrayBufferWriter<byte> body, SortedDictionary<string, (string Value, long Expiry)> state, string name, string value, long expiry)
    {
        WriteBody.WriteMutation(body, new Mutation { Kind = MutationKind.Put, Key = Stored(name), Value = Encoding.Latin1.GetBytes(value), Expiry = expiry });
        state[name] = (value, expiry);
    }

    private static void Delete(ArrayBufferWriter<byte> body, SortedDictionary<string, (string Value, long Expiry)> state, string name)
    {
        WriteBody.WriteMutation(body, new Mutation { Kind = MutationKind.Delete, Key = Stored(name) });
        state.Remove(name);
    }

    /// <summary>Writes a snapshot of which each key is as it was at some moment between two entries.</summary>
    private PoolFile WriteSnapshot(int @base, int complete)
    {
        using var writer = new PoolFileWriter(Pool, new PoolFileHeader(PoolFileKind.Snapshot, Cluster, Partition, 1, _positions[@base]));
        var names = _states.Skip(@base).Take(complete - @base + 1).SelectMany(state => state.Keys).Distinct()
            .OrderBy(Stored, Comparer<byte[]>.Create((left, right) => left.AsSpan().SequenceCompareTo(right)));
        var keys = 0UL;
        foreach (var chunk in names.Chunk(3))
        {
            var piece = new ArrayBufferWriter<byte>();
            SnapshotPiece.Begin(piece);
            foreach (var name in chunk)
            {
                var moment = @base + _random.Next(complete - @base + 1);
                if (_states[moment].TryGetValue(name, out var entry))
                {
                    SnapshotPiece.Add(piece, Stored(name), _positions[moment], entry.Expiry, Encoding.Latin1.GetBytes(entry.Value));
                    keys++;
                }
            }

            var bytes = piece.WrittenSpan.ToArray();
            SnapshotPiece.Seal(bytes);
            writer.Write(BlockKind.Piece, bytes);
        }

        return writer.Complete(_positions[@base], (ulong)complete, keys, 0);
    }

    private PoolFile WriteLog(int from, int to)
    {
        using var writer = new PoolFileWriter(Pool, new PoolFileHeader(PoolFileKind.Log, Cluster, Partition, 1, _positions[from]));
        for (var at = from; at < to;)
        {
            var count = Math.Min(to - at, 1 + _random.Next(5));
            writer.Write(BlockKind.Entries, _frames.Skip(at).Take(count).SelectMany(frame => frame).ToArray());
            at += count;
        }

        return writer.Complete(_positions[to], 0, 0, (ulong)(to - from));
    }

    private sealed class Gatherer : IContentVisitor
    {
        public Dictionary<string, (string Value, long Expiry)> Content { get; } = [];

        public void Visit(ReadOnlySpan<byte> storedKey, ReadOnlySpan<byte> value, long expiry) =>
            Content.Add(Encoding.UTF8.GetString(StoredKey.Key(storedKey)), (Encoding.Latin1.GetString(value), expiry));

        public ValueTask PauseAsync() => ValueTask.CompletedTask;
    }
}
