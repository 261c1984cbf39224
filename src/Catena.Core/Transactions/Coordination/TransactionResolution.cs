using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;

namespace Catena.Core.Transactions.Coordination;

/// <summary>Finds out, for a participant that is in doubt, what became of a transaction: where nothing was decided, it is aborted, by the record.</summary>
/// <remarks>It ends with the participant having heard, or with nothing where somebody outside the cluster is to decide. Any number of these may be at work for one transaction, beside its coordinator.</remarks>
/// <param name="prepared">What the participant has prepared.</param>
/// <param name="participant">The participant.</param>
/// <param name="forces">Whether it is aborted even where somebody outside the cluster is to decide; otherwise this ends there, and the participant waits.</param>
/// <param name="rules">The rules.</param>
/// <param name="map">Which slots make which partition.</param>
public sealed class TransactionResolution(PreparedTransaction prepared, PartitionId participant, bool forces, TransactionRules rules, PartitionMap map)
    : ITransactionWork
{
    private RetryPause _pause = new();
    private TransactionVerdict _verdict;
    private long _due;
    private int _number;
    private bool _isAsked;

    /// <inheritdoc />
    public TransactionId Id => prepared.Id;

    /// <inheritdoc />
    public string Standing => _verdict == TransactionVerdict.None ? "resolution: asking" : "resolution: telling";

    /// <inheritdoc />
    public IEnumerable<PartitionId> Awaited => !_isAsked ? [] : [_verdict == TransactionVerdict.None ? prepared.Home : participant];

    /// <summary>The participant.</summary>
    public PartitionId Participant => participant;

    /// <summary>Whether nobody outside the cluster is waited for.</summary>
    public bool Forces => forces;

    /// <inheritdoc />
    public bool IsOver { get; private set; }

    /// <inheritdoc />
    public IReadOnlyList<TransactionAsk> TakeAsks(long now)
    {
        if (_isAsked || IsOver || now < _due)
        {
            return [];
        }

        _isAsked = true;
        _number++;
        if (_verdict != TransactionVerdict.None)
        {
            var id = new byte[TransactionId.Length];
            prepared.Id.Write(id);
            return [new TransactionAsk(_number, map.SlotsOf(participant).First.Value, CommandKind.Finish, _verdict, [], id)];
        }

        var part = new ArrayBufferWriter<byte>(128);
        TransactionPart.WriteStart(part, prepared.Id, forces ? PartFlags.Forced : PartFlags.None, prepared.Home, prepared.Others, 0);
        TransactionPart.WriteRangesStart(part, 0);
        var wanted = rules.AbortsByRecord ? TransactionVerdict.Aborted : TransactionVerdict.None;
        return [new TransactionAsk(_number, map.SlotsOf(prepared.Home).First.Value, CommandKind.Decide, wanted, part.WrittenSpan.ToArray(), [])];
    }

    /// <inheritdoc />
    public void Answered(int number, ReadOnlySpan<byte> result, long now, long wall)
    {
        if (!_isAsked || number != _number)
        {
            return;
        }

        _isAsked = false;
        var reader = new ResultReader(result);
        if (reader.Kind == ResultKind.Integer && (TransactionVerdict)reader.Integer == TransactionVerdict.Prepared)
        {
            IsOver = true;
        }
        else if (reader.Kind == ResultKind.Integer)
        {
            _verdict = (TransactionVerdict)reader.Integer == TransactionVerdict.Committed ? TransactionVerdict.Committed : TransactionVerdict.Aborted;
        }
        else if (reader.Kind == ResultKind.Ok)
        {
            IsOver = true;
        }
        else
        {
            _due = now + _pause.Next();
        }
    }
}
