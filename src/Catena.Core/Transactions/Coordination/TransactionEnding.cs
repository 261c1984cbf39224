using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;

namespace Catena.Core.Transactions.Coordination;

/// <summary>Brings what was decided on a transaction to those who take part, and then has the decision forgotten. It ends only once all of that is done.</summary>
/// <remarks>
/// Any number of these may be at work for one transaction. A decision is forgotten last, since until then somebody may ask for it: a participant that has
/// prepared and not heard, or the coordinator that has been overtaken by an abort.
/// </remarks>
/// <param name="id">The transaction.</param>
/// <param name="verdict">What was decided.</param>
/// <param name="home">Where.</param>
/// <param name="participants">Who has to hear.</param>
/// <param name="forgets">Whether the decision may be forgotten in the end.</param>
/// <param name="map">Which slots make which partition.</param>
public sealed class TransactionEnding(
    TransactionId id, TransactionVerdict verdict, PartitionId home, IEnumerable<PartitionId> participants, bool forgets, PartitionMap map) : ITransactionWork
{
    private readonly SortedDictionary<PartitionId, long> _due = new(participants.Distinct().ToDictionary(partition => partition, _ => 0L));
    private readonly Dictionary<int, PartitionId> _asked = [];
    private RetryPause _pause = new();
    private bool _forgets = forgets;
    private int _number;
    private bool _isForgetting;

    /// <inheritdoc />
    public TransactionId Id => id;

    /// <inheritdoc />
    public string Standing => _isForgetting ? "ending: forgetting" : "ending: telling";

    /// <inheritdoc />
    public IEnumerable<PartitionId> Awaited => _asked.Values;

    /// <inheritdoc />
    public bool IsOver => _due.Count == 0 && _asked.Count == 0 && !_forgets;

    /// <inheritdoc />
    public IReadOnlyList<TransactionAsk> TakeAsks(long now)
    {
        if (_due.Count == 0 && _asked.Count == 0 && _forgets)
        {
            _forgets = false;
            _due.Add(home, now);
            _isForgetting = true;
        }

        List<TransactionAsk> asks = [];
        foreach (var partition in _due.Where(pair => pair.Value <= now).Select(pair => pair.Key).ToArray())
        {
            _due.Remove(partition);
            _asked.Add(++_number, partition);
            var bytes = new byte[TransactionId.Length];
            id.Write(bytes);
            asks.Add(new TransactionAsk(
                _number, map.SlotsOf(partition).First.Value, _isForgetting ? CommandKind.Forget : CommandKind.Finish, verdict, [], bytes));
        }

        return asks;
    }

    /// <inheritdoc />
    public void Answered(int number, ReadOnlySpan<byte> result, long now, long wall)
    {
        if (_asked.Remove(number, out var partition) && new ResultReader(result).Kind != ResultKind.Ok)
        {
            _due[partition] = now + _pause.Next();
        }
    }
}
