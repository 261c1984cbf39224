using System.Text;
using Catena.Core.Commands;
using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Storage.Partitions;
using Catena.Storage.Tests.Disks;

namespace Catena.Storage.Tests.Recovery;

/// <summary>A partition against an ordered dictionary: a million random operations, through checkpoints, compaction, crashes and orderly ends.</summary>
public sealed class DictionaryTests
{
    private const int Operations = 1_000_000;
    private static readonly PartitionId One = new(1);

    private static readonly NodeStorageOptions Options = Sample.SmallSegments with
    {
        SegmentBytes = 256 * 1024,
        JournalBufferBytes = 64 * 1024,
        CachedJournalBytes = 256 * 1024,
        RetainedLogEntries = 1000,
        RetainedLogBytes = 0,
        CheckpointJournalBytes = 1 << 20,
        CompactBelow = 0.8,
        RecoveryThreads = 1,
    };

    [Fact]
    public void A_million_random_operations_do_what_they_do_to_an_ordered_dictionary()
    {
        var seed = (ulong)Random.Shared.NextInt64();
        try
        {
            Run(new Prng(seed));
        }
        catch (Exception failure)
        {
            Assert.Fail($"Seed {seed}: {failure}");
        }
    }

    private static void Run(Prng random)
    {
        var disk = new MemoryDisk();
        Sample.Create(disk, Options).Close();
        var model = new Model();
        for (var done = 0; done < Operations;)
        {
            using var storage = NodeStorage.Open(disk, Options);
            var store = storage.Partition(One);
            store.ApplyThrough(store.LastLsn.Sequence);
            model.Recover(store.LastLsn.Sequence);
            model.CompareAll(store);
            for (var left = random.Next(80_000); left > 0; left--, done++)
            {
                Step(storage, store, model, random);
            }

            if (random.Chance(0.3))
            {
                storage.Checkpoint(new Unlocked(storage), 0);
                storage.Close();
                model.Synced(store.LastLsn.Sequence);
            }

            disk = disk.Crash(random.Fork());
        }
    }

    private static void Step(NodeStorage storage, PartitionStore store, Model model, Prng random)
    {
        var key = $"{(char)('a' + random.Next(20))}{random.Next(400)}";
        switch (random.Next(100))
        {
            case < 55:
                var value = Sample.Bytes(random.Next(random.Chance(0.5) ? 30 : 400), random.Next(1 << 30));
                Sample.Append(store, 1, Sample.Put(Encoding.UTF8.GetBytes(key), value));
                model.Set(store.LastLsn.Sequence, key, value);
                break;
            case < 70:
                Sample.Append(store, 1, Sample.Delete(Encoding.UTF8.GetBytes(key)));
                model.Set(store.LastLsn.Sequence, key, null);
                break;
            case 70 when random.Chance(0.05):
                Sample.Append(store, 1, Sample.Delete(Encoding.UTF8.GetBytes(key[..2]), MutationKind.DeletePrefix));
                model.DeletePrefix(store.LastLsn.Sequence, key[..2]);
                break;
            case < 95:
                store.ApplyThrough(store.LastLsn.Sequence);
                Assert.Equal(model.Get(key), Sample.Get(store, Encoding.UTF8.GetBytes(key)));
                break;
            case < 97:
                store.ApplyThrough(store.LastLsn.Sequence);
                model.CompareRange(store, key, 20);
                break;
            default:
                storage.Flush(sync: true);
                model.Synced(store.LastLsn.Sequence);
                store.ApplyThrough(store.LastLsn.Sequence);
                storage.Maintenance.Step(new Unlocked(storage));
                break;
        }
    }

    /// <summary>What the partition must hold, and how to go back to what it held when it was synced.</summary>
    private sealed class Model
    {
        private readonly SortedDictionary<string, byte[]> _content = new(StringComparer.Ordinal);
        private readonly Stack<(ulong Sequence, string Key, byte[]? Before)> _undo = [];
        private ulong _synced;

        public byte[]? Get(string key) => _content.GetValueOrDefault(key);

        public void Set(ulong sequence, string key, byte[]? value)
        {
            _undo.Push((sequence, key, Get(key)));
            Put(key, value);
        }

        public void DeletePrefix(ulong sequence, string prefix)
        {
            foreach (var key in _content.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).ToList())
            {
                Set(sequence, key, null);
            }
        }

        public void Synced(ulong sequence)
        {
            _synced = sequence;
            _undo.Clear();
        }

        /// <summary>Takes back what a crash has lost, which is nothing that was synced.</summary>
        public void Recover(ulong last)
        {
            Assert.True(last >= _synced, $"{_synced} was synced, {last} was found");
            while (_undo.TryPeek(out var newest) && newest.Sequence > last)
            {
                Put(newest.Key, newest.Before);
                _undo.Pop();
            }

            Synced(last);
        }

        public void CompareAll(PartitionStore store)
        {
            Assert.Equal(_content.Count, store.Count);
            var found = new Visitor();
            store.Scan(default, default, int.MaxValue, int.MaxValue, ref found);
            Compare(_content, found);
        }

        public void CompareRange(PartitionStore store, string from, int count)
        {
            var found = new Visitor();
            store.Scan(Encoding.UTF8.GetBytes(from), default, count, int.MaxValue, ref found);
            Compare(_content.SkipWhile(pair => string.CompareOrdinal(pair.Key, from) < 0).Take(count), found);
        }

        private static void Compare(IEnumerable<KeyValuePair<string, byte[]>> expected, Visitor found)
        {
            Assert.Equal(expected.Select(pair => pair.Key), found.Items.Select(item => item.Key));
            Assert.All(expected.Zip(found.Items), pair => Assert.Equal(pair.First.Value, pair.Second.Value));
        }

        private void Put(string key, byte[]? value)
        {
            if (value is null)
            {
                _content.Remove(key);
            }
            else
            {
                _content[key] = value;
            }
        }
    }

    private sealed class Visitor : IEntryVisitor
    {
        public List<(string Key, byte[] Value)> Items { get; } = [];

        public bool Visit(ReadOnlySpan<byte> storedKey, ReadOnlySpan<byte> value, Lsn version, long expiry)
        {
            Items.Add((Encoding.UTF8.GetString(storedKey), value.ToArray()));
            return true;
        }
    }
}
