using System.Buffers;
using Catena.Core.Commands;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Protocols.Resp.Commands;
using Catena.Storage.Partitions;

namespace Catena.Server.Partitions;

/// <summary>Scans and counts of one partition's applied state.</summary>
internal static class PartitionScan
{
    private const int MaxPageBytes = 8 << 20;

    /// <summary>Runs a scan or a count.</summary>
    /// <remarks>
    /// A page ends between two slots, so that its cursor is a plain number and a full scan visits every key that stays; one slot's
    /// keys are never divided.
    /// </remarks>
    internal static ReadOnlySpan<byte> Run(PartitionStore store, SlotRange slots, in Command command, long wall)
    {
        var result = new ArrayBufferWriter<byte>();
        if (command.Kind == CommandKind.Count)
        {
            ResultWriter.WriteInteger(result, store.KeysOf(command.Table));
            return result.WrittenSpan;
        }

        var keys = new KeyCollector(command.Value, wall);
        var slot = (int)Math.Max(command.Number, slots.First.Value);
        Span<byte> from = stackalloc byte[StoredKey.PrefixLength];
        Span<byte> to = stackalloc byte[StoredKey.PrefixLength];
        for (; slot <= slots.Last.Value && keys.Visited < Math.Max(1, command.Limit) && keys.Items.WrittenCount < MaxPageBytes; slot++)
        {
            StoredKey.Write(from, (ushort)slot, command.Table, default);
            StoredKey.Write(to, (ushort)slot, (ushort)(command.Table + 1), default);
            store.ScanKeys(from, to, int.MaxValue, ref keys);
        }

        ResultWriter.WritePageStart(result, slot, keys.Count);
        result.Write(keys.Items.WrittenSpan);
        return result.WrittenSpan;
    }

    private struct KeyCollector(ReadOnlySpan<byte> pattern, long wall) : IEntryVisitor
    {
        private readonly byte[] _pattern = pattern.ToArray();

        internal ArrayBufferWriter<byte> Items { get; } = new(1024);

        internal int Count { get; private set; }

        internal int Visited { get; private set; }

        public bool Visit(ReadOnlySpan<byte> storedKey, ReadOnlySpan<byte> value, Lsn version, long expiry)
        {
            Visited++;
            var isAlive = expiry == 0 || expiry > wall;
            var key = StoredKey.Key(storedKey);
            if (isAlive && (_pattern.Length == 0 || new GlobPattern(_pattern).IsMatch(key)))
            {
                ResultWriter.WriteItem(Items, key);
                Count++;
            }

            return true;
        }
    }
}
