using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Core.Replication.Log;
using Catena.Storage.Partitions;

namespace Catena.Storage.Tests;

/// <summary>Small makers of what the tests append and read.</summary>
internal static class Sample
{
    public static readonly NodeIdentity Identity = new(new Guid("00112233-4455-6677-8899-aabbccddeeff"), new NodeId(0x1122334455667788));

    public static readonly NodeStorageOptions SmallSegments = new()
    {
        SegmentBytes = 16 * 1024,
        JournalBufferBytes = 4096,
        CachedJournalBytes = 16 * 1024,
        RetainedLogEntries = 100_000,
        InlineValueBytes = 32,
    };

    public static byte[] Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long expiry = 0, RequestId request = default)
    {
        var body = new ArrayBufferWriter<byte>();
        WriteBody.WriteStart(body, request, "done"u8);
        WriteBody.WriteMutation(body, new Mutation { Kind = MutationKind.Put, Key = key, Value = value, Expiry = expiry });
        return body.WrittenSpan.ToArray();
    }

    public static byte[] Delete(ReadOnlySpan<byte> key, MutationKind kind = MutationKind.Delete)
    {
        var body = new ArrayBufferWriter<byte>();
        WriteBody.WriteStart(body, RequestId.None, default);
        WriteBody.WriteMutation(body, new Mutation { Kind = kind, Key = key });
        return body.WrittenSpan.ToArray();
    }

    /// <summary>Appends the next entry of an epoch, saying that all before it is committed.</summary>
    public static long Append(PartitionStore store, ulong epoch, byte[] body, EntryType type = EntryType.Write, ulong? committed = null)
    {
        var sequence = store.LastLsn.Sequence + 1;
        return store.Append(
            new EntryHeader(store.Id, new Lsn(new Epoch(epoch), sequence), type, committed ?? sequence - 1), body);
    }

    public static byte[]? Get(PartitionStore store, ReadOnlySpan<byte> key)
    {
        var writer = new ArrayBufferWriter<byte>();
        return store.TryGet(key, writer, out _, out _) ? writer.WrittenSpan.ToArray() : null;
    }

    public static NodeStorage Create(Catena.Storage.Devices.IStorageDevice disk, NodeStorageOptions? options = null)
    {
        var storage = NodeStorage.Open(disk, options ?? SmallSegments);
        storage.Initialize(Identity);
        return storage;
    }

    public static byte[] Bytes(int length, int seed)
    {
        var random = new Prng((ulong)seed);
        var bytes = new byte[length];
        for (var index = 0; index < length; index++)
        {
            bytes[index] = (byte)random.Next(256);
        }

        return bytes;
    }
}
