using Catena.Core.Primitives;
using Catena.Storage.Journaling;

namespace Catena.Storage.Recovery;

/// <summary>What the journal holds of the node itself, under the partition number that stands for the node.</summary>
internal sealed class NodeFacts
{
    private volatile byte[] _record = [];

    /// <summary>The node's record, saved last. Any thread may read it.</summary>
    internal byte[] Record
    {
        get => _record;
        set => _record = value;
    }

    /// <summary>The number of the node's last record.</summary>
    internal ulong Control { get; set; }

    /// <summary>The number of the record that <see cref="Record" /> is from, or a higher one.</summary>
    internal ulong RecordNumber { get; private set; }

    /// <summary>What may have been lost.</summary>
    internal NodeDoubts Doubts { get; set; }

    /// <summary>Whether a newer record may have been lost.</summary>
    internal bool IsRecordDoubtful => Doubts.HasFlag(NodeDoubts.Record);

    /// <summary>Where the node's records stand.</summary>
    internal Standing Standing => new(Lsn.Zero, Control);

    /// <summary>Begins with what a manifest says.</summary>
    internal void TakeOver(NodeFacts other)
    {
        Record = other.Record;
        Control = other.Control;
        RecordNumber = other.Control;
        Doubts = other.Doubts;
    }

    /// <summary>Takes the record that was saved last.</summary>
    /// <param name="record">The record.</param>
    /// <param name="number">Its number.</param>
    internal void Save(byte[] record, ulong number)
    {
        Record = record;
        RecordNumber = number;
        Doubts &= ~NodeDoubts.Record;
    }

    /// <summary>Takes a record of the node.</summary>
    /// <returns>False where it does not continue what is there.</returns>
    internal bool TryReplay(RecordType type, ulong number, ReadOnlySpan<byte> body)
    {
        var continues = number == Control + 1;
        switch (type)
        {
            case RecordType.NodeRecord when continues:
                Save(body.ToArray(), number);
                break;
            case RecordType.Reset when body.Length == 1:
                Doubts |= (NodeDoubts)body[0];
                break;
            default:
                return false;
        }

        Control = number;
        return true;
    }
}
