using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;

namespace Catena.Core.Transactions.Coordination;

/// <summary>The decision of somebody outside the cluster on what is prepared for him. It may be repeated, at any node: what was decided first stands.</summary>
/// <param name="handle">What he has.</param>
/// <param name="verdict">What he wants: committed or aborted.</param>
/// <param name="map">Which slots make which partition.</param>
public sealed class ExternalDecision(PreparedHandle handle, TransactionVerdict verdict, PartitionMap map) : ITransactionWork
{
    private readonly List<TransactionEnding> _endings = [];
    private byte[]? _outcome;
    private bool _isAsked;

    /// <inheritdoc />
    public TransactionId Id => handle.Id;

    /// <inheritdoc />
    public string Standing => "external decision";

    /// <inheritdoc />
    public IEnumerable<PartitionId> Awaited => _isAsked && !IsOver ? [handle.Home] : [];

    /// <inheritdoc />
    public bool IsOver { get; private set; }

    /// <inheritdoc />
    public IReadOnlyList<TransactionAsk> TakeAsks(long now)
    {
        if (_isAsked)
        {
            return [];
        }

        _isAsked = true;
        var part = new ArrayBufferWriter<byte>(128);
        TransactionPart.WriteStart(part, handle.Id, PartFlags.External | PartFlags.UsesPrepared, handle.Home, handle.Others, 0);
        TransactionPart.WriteRangesStart(part, 0);
        return [new TransactionAsk(1, map.SlotsOf(handle.Home).First.Value, CommandKind.Decide, verdict, part.WrittenSpan.ToArray(), [])];
    }

    /// <inheritdoc />
    public byte[]? TakeResult()
    {
        var result = _outcome;
        _outcome = null;
        return result;
    }

    /// <inheritdoc />
    public IReadOnlyList<TransactionEnding> TakeEndings()
    {
        var endings = _endings.ToArray();
        _endings.Clear();
        return endings;
    }

    /// <inheritdoc />
    public void Answered(int number, ReadOnlySpan<byte> result, long now, long wall)
    {
        IsOver = true;
        var reader = new ResultReader(result);
        if (reader.Kind != ResultKind.Integer)
        {
            _outcome = result.ToArray();
            return;
        }

        var decided = (TransactionVerdict)reader.Integer;
        if (decided is TransactionVerdict.Committed or TransactionVerdict.Aborted)
        {
            // The record stays for a while: he may ask again.
            _endings.Add(new TransactionEnding(handle.Id, decided, handle.Home, handle.Others, forgets: false, map));
        }

        _outcome = decided == verdict
            ? EncodedResults.Ok
            : decided switch
            {
                TransactionVerdict.Committed => EncodedResults.Error(ErrorCode.Committed, "the transaction has been committed"u8),
                TransactionVerdict.Aborted => EncodedResults.Error(ErrorCode.Aborted, "the transaction has been rolled back"u8),
                _ => EncodedResults.Error(ErrorCode.NoTransaction, "nothing is prepared under this handle; it was decided long ago, or never prepared"u8),
            };
    }
}
