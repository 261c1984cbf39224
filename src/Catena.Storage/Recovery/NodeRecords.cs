using Catena.Core.Primitives;
using Catena.Core.Replication.Log;
using Catena.Storage.Devices;
using Catena.Storage.Journaling;

namespace Catena.Storage.Recovery;

/// <summary>Appends the node's own records.</summary>
internal static class NodeRecords
{
    /// <summary>Saves the node's record, first in its copy and then in the journal.</summary>
    /// <returns>The position up to which the journal must be durable for it to be.</returns>
    internal static long Save(IStorageDevice device, in NodeIdentity identity, Journal journal, NodeFacts node, byte[] record)
    {
        NodeRecordFile.Write(device, identity, node.Control + 1, record);
        var through = Append(journal, node, RecordType.NodeRecord, record);
        node.Save(record, node.Control);
        return through;
    }

    /// <summary>Appends one.</summary>
    /// <returns>The position up to which the journal must be durable for it to be.</returns>
    internal static long Append(Journal journal, NodeFacts node, RecordType type, ReadOnlySpan<byte> body)
    {
        var number = node.Control + 1;
        var header = new EntryHeader(JournalRecord.Node, new Lsn(Epoch.None, number), (EntryType)type, number);
        var through = journal.Append(header, body, SpaceUse.Control, new Standing(Lsn.Zero, number), out _);
        node.Control = number;
        return through;
    }
}
