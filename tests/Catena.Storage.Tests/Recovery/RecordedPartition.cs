using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Catena.Core.Commands;
using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Core.Replication.Log;
using Catena.Storage.Errors;
using Catena.Storage.Partitions;

namespace Catena.Storage.Tests.Recovery;

/// <summary>A partition, and what it held after each of its entries.</summary>
internal sealed class RecordedPartition(PartitionId id)
{
    private readonly Dictionary<Lsn, ImmutableDictionary<string, (byte[] Value, long Expiry)>> _states = new()
    {
        [Lsn.Zero] = ImmutableDictionary<string, (byte[] Value, long Expiry)>.Empty,
    };

    private ulong _epoch = 1;
    private Lsn _last;

    public PartitionId Id { get; } = id;

    private ImmutableDictionary<string, (byte[] Value, long Expiry)> Now => _states[_last];

    /// <summary>Does something of everything that a replica does to its store.</summary>
    public void Step(PartitionStore store, Prng random)
    {
        StepOnce(store, random);
        _last = store.LastLsn;
    }

    private void StepOnce(PartitionStore store, Prng random)
    {
        switch (random.Next(100))
        {
            case < 75:
                var key = $"key-{random.Next(40)}";
                var value = Sample.Bytes(random.Next(random.Chance(0.3) ? 900 : 60), random.Next(1 << 30));
                var expiry = random.Chance(0.1) ? 1_700_000_000_000 + random.Next(1000) : 0;
                Sample.Append(store, _epoch, Sample.Put(Encoding.ASCII.GetBytes(key), value, expiry), committed: store.Applied.Sequence);
                _states[store.LastLsn] = Now.SetItem(key, (value, expiry));
                break;
            case < 85:
                var gone = $"key-{random.Next(40)}";
                Sample.Append(store, _epoch, Sample.Delete(Encoding.ASCII.GetBytes(gone)), committed: store.Applied.Sequence);
                _states[store.LastLsn] = Now.Remove(gone);
                break;
            case < 90:
                store.Truncate((ulong)random.Between((long)store.Applied.Sequence, (long)store.LastLsn.Sequence));
                _epoch++;
                break;
            case < 92:
                Install(store, random);
                break;
            case < 95:
                store.SaveReplicaState(Sample.Bytes(random.Next(60), random.Next(1 << 30)));
                break;
            default:
                store.ApplyThrough(store.LastLsn.Sequence);
                break;
        }
    }

    /// <summary>Reads everything: each key has its value, or is said to be damaged; nothing is missing and nothing too much.</summary>
    /// <returns>How many keys are damaged.</returns>
    public int Check(PartitionStore store)
    {
        store.ApplyThrough(store.LastLsn.Sequence);
        Assert.True(store.LostTail || store.LastLsn == _last, $"The log ended at {_last}, and ends at {store.LastLsn} now.");
        var wanted = _states[store.LastLsn];
        var found = new KeyList();
        store.ScanKeys(default, default, int.MaxValue, ref found);
        Assert.Equal(wanted.Keys.Order(StringComparer.Ordinal), found.Keys);
        var damaged = 0;
        foreach (var (key, (value, expiry)) in wanted)
        {
            try
            {
                var output = new ArrayBufferWriter<byte>();
                Assert.True(store.TryGet(Encoding.ASCII.GetBytes(key), output, out _, out var until));
                Assert.Equal(value, output.WrittenSpan);
                Assert.Equal(expiry, until);
            }
            catch (StorageDamagedException damage)
            {
                Assert.Equal(key, Encoding.ASCII.GetString(damage.StoredKey.Span));
                damaged++;
            }
        }

        return damaged;
    }

    private void Install(PartitionStore store, Prng random)
    {
        var state = ImmutableDictionary<string, (byte[] Value, long Expiry)>.Empty;
        _epoch++;
        var @base = new Lsn(new Epoch(_epoch), store.LastLsn.Sequence + (ulong)random.Next(50) + 1);
        store.BeginInstall(@base, [new EpochStart(@base.Epoch, @base.Sequence)]);
        for (var number = random.Next(20); number >= 0; number--)
        {
            var key = $"key-{number}";
            var value = Sample.Bytes(random.Next(300), random.Next(1 << 30));
            var chunk = new ArrayBufferWriter<byte>();
            chunk.WriteUInt32(0);
            SnapshotChunk.WriteEntry(chunk, Encoding.ASCII.GetBytes(key), @base, 0, value);
            var bytes = chunk.WrittenSpan.ToArray();
            SnapshotChunk.Seal(bytes);
            store.InstallChunk(bytes);
            state = state.SetItem(key, (value, 0));
        }

        var results = new ArrayBufferWriter<byte>();
        new RequestResults().WriteTo(results);
        store.EndInstall(@base.Sequence, results.WrittenSpan);
        _states[@base] = state;
    }

    private struct KeyList() : IEntryVisitor
    {
        public List<string> Keys { get; } = [];

        public bool Visit(ReadOnlySpan<byte> storedKey, ReadOnlySpan<byte> value, Lsn version, long expiry)
        {
            Keys.Add(Encoding.ASCII.GetString(storedKey));
            return true;
        }
    }
}
