using System.Buffers.Binary;
using System.Text;
using Catena.Core.Primitives;
using Catena.Simulation.Disks;
using Catena.Simulation.Histories;
using Catena.Simulation.Nodes;

namespace Catena.Simulation.Reference;

/// <summary>The reference server's journal: the operations it has executed, each with its client's sequence number and its result.</summary>
/// <remarks>
/// A record is a length, a CRC32C and a line of <see cref="HistoryLine" />. Reading ends at the first record that is not whole, and the rest is cut off.
/// What was read is written again, to be synced before it is served: it may come from a page cache that, after the failed sync which ended the process before,
/// holds pages that are marked clean and were never written. A sync alone would then promise what the disk does not have.
/// </remarks>
internal sealed class ReferenceJournal
{
    private const string Name = "journal";
    private const int HeaderSize = 8;
    private readonly SimulatedFile _file;
    private long _end;

    private ReferenceJournal(SimulatedFile file) => _file = file;

    /// <summary>Opens the journal, or creates it, and reads what it holds.</summary>
    /// <param name="disk">The disk.</param>
    /// <param name="records">Receives the records.</param>
    /// <param name="rewrite">Whether to write again what was read; false only in a broken variant.</param>
    /// <exception cref="ProcessExitException">The disk failed.</exception>
    public static ReferenceJournal Open(SimulatedDisk disk, List<HistoryOperation> records, bool rewrite)
    {
        try
        {
            var journal = new ReferenceJournal(disk.Open(Name, create: !disk.Exists(Name)));
            disk.SyncDirectory();
            journal.Recover(records, rewrite);
            return journal;
        }
        catch (SimulatedDiskException failed)
        {
            throw new ProcessExitException(failed.Message);
        }
    }

    /// <summary>Adds a record, which is not durable yet.</summary>
    public void Append(HistoryOperation record)
    {
        var text = Encoding.UTF8.GetBytes(HistoryLine.Format(record));
        var bytes = new byte[HeaderSize + text.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, text.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), Crc32C.Compute(text));
        text.CopyTo(bytes, HeaderSize);
        _file.Write(_end, bytes);
        _end += bytes.Length;
    }

    /// <summary>Makes what was added durable.</summary>
    public void BeginSync(Action<bool> completed) => _file.BeginSync(completed);

    private void Recover(List<HistoryOperation> records, bool rewrite)
    {
        var header = new byte[HeaderSize];
        while (_file.Read(_end, header) == HeaderSize)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(header);
            if (length <= 0 || length > _file.Length - _end - HeaderSize)
            {
                break;
            }

            var text = new byte[length];
            _file.Read(_end + HeaderSize, text);
            if (Crc32C.Compute(text) != BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(4)))
            {
                break;
            }

            records.Add(HistoryLine.Parse(Encoding.UTF8.GetString(text)));
            _end += HeaderSize + length;
        }

        _file.SetLength(_end);
        if (rewrite)
        {
            var whole = new byte[_end];
            _file.Read(0, whole);
            _file.Write(0, whole);
        }
    }
}
