using Catena.Core.Data;
using Catena.Core.Transactions;
using Catena.Storage.Partitions;

namespace Catena.Server.Partitions;

/// <summary>Which keys of the applied state are written by a transaction that is prepared: it may be committed already, and nobody may answer for them.</summary>
/// <remarks>
/// A key may seem to be one for the sake of another (<see cref="KeyCounters" />). Changed under the partition's lock. <see cref="MayBe" /> is for any thread: whoever asks it first and reads
/// the value afterwards misses nothing that was committed before he asked, since a transaction is decided only once it is applied as prepared wherever it is read, and
/// is struck out here only once its writes can be read.
/// </remarks>
internal sealed class PreparedKeys : IRecordObserver
{
    private readonly KeyCounters _counts = new();
    private readonly Dictionary<TransactionId, List<int>> _prepared = [];
    private long _records;

    /// <summary>How many keys of the state are the partition's own.</summary>
    internal long Records => Volatile.Read(ref _records);

    /// <summary>Another number whenever keys were struck out.</summary>
    internal int Releases { get; private set; }

    /// <summary>Whether a key may be written by a transaction that is prepared.</summary>
    internal bool MayBe(ReadOnlySpan<byte> storedKey) => _counts.MayHave(storedKey);

    /// <inheritdoc />
    public void Applied(in Mutation mutation)
    {
        if (!TransactionKeys.IsPrepared(mutation.Key, out var id))
        {
            // A decision is put once and deleted once.
            Volatile.Write(ref _records, _records + (mutation.Kind == MutationKind.Put ? 1 : -1));
            return;
        }

        if (_prepared.Remove(id, out var places))
        {
            Volatile.Write(ref _records, _records - 1);
            places.ForEach(place => _counts.Add(place, -1));
            Releases++;
        }

        if (mutation.Kind == MutationKind.Put)
        {
            Add(PreparedTransaction.Read(mutation.Value));
        }
    }

    /// <summary>Begins anew, with nothing.</summary>
    internal void Clear()
    {
        _counts.Clear();
        _prepared.Clear();
        Volatile.Write(ref _records, 0);
        Releases++;
    }

    private void Add(PreparedTransaction prepared)
    {
        var places = prepared.Locks.Where(held => held.IsExclusive).Select(held => KeyCounters.PlaceOf(held.Key)).ToList();
        places.ForEach(place => _counts.Add(place, 1));
        _prepared.Add(prepared.Id, places);
        Volatile.Write(ref _records, _records + 1);
    }
}
