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

    /// <summary>Whether a newer record may have been lost in damage.</summary>
    internal bool IsRecordDoubtful { get; set; }

    /// <summary>Whether partitions of which the journal holds nothing may have been lost in damage.</summary>
    internal bool AreUnknownGivenUp { get; set; }

    /// <summary>Where the node's records stand.</summary>
    internal Standing Standing => new(Lsn.Zero, Control);

    /// <summary>Begins with what a manifest says.</summary>
    internal void TakeOver(NodeFacts other)
    {
        Record = other.Record;
        Control = other.Control;
        IsRecordDoubtful = other.IsRecordDoubtful;
        AreUnknownGivenUp = other.AreUnknownGivenUp;
    }

    /// <summary>The body of the record by which recovery gives up what it could not prove.</summary>
    internal static byte GivingUp(bool recordIsDoubtful, bool unknownAreGivenUp) =>
        (byte)((recordIsDoubtful ? 1 : 0) | (unknownAreGivenUp ? 2 : 0));

    /// <summary>Takes a record of the node.</summary>
    /// <returns>False where it does not continue what is there.</returns>
    internal bool TryReplay(RecordType type, ulong number, ReadOnlySpan<byte> body)
    {
        var continues = number == Control + 1;
        switch (type)
        {
            case RecordType.NodeRecord when continues:
                Record = body.ToArray();
                IsRecordDoubtful = false;
                break;
            case RecordType.Reset when body.Length == 1:
                IsRecordDoubtful |= (body[0] & 1) != 0;
                AreUnknownGivenUp |= (body[0] & 2) != 0;
                break;
            default:
                return false;
        }

        Control = number;
        return true;
    }
}
