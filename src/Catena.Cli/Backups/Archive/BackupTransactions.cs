using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Core.Tables;
using Catena.Core.Transactions;
using Catena.Storage.Devices;

namespace Catena.Cli.Backups.Archive;

/// <summary>What a backup's cut has caught of transactions under way: they are committed as a whole where their home partition had decided that, and did not happen otherwise.</summary>
/// <remarks>
/// The cut is one moment for all partitions, and every participant has prepared before the decision. So where the decision is in the home partition's part of the backup, what was
/// prepared is in the participants' parts, unless they have carried it out already; and where it is not, nobody has carried out anything.
/// </remarks>
internal sealed class BackupTransactions
{
    private readonly HashSet<(PartitionId Home, TransactionId Id)> _committed = [];
    private readonly List<(PartitionId Participant, PartitionId Home, TransactionId Id, byte[] Record)> _prepared = [];

    /// <summary>How many transactions were prepared somewhere and not carried out.</summary>
    public int UnderWay => _prepared.Select(prepared => prepared.Id).Distinct().Count();

    /// <summary>Reads what all partitions of a backup kept for themselves.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="manifest">The backup.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="InvalidDataException">Something is missing or damaged; the message says what.</exception>
    public static async Task<BackupTransactions> ReadAsync(IStorageDevice pool, BackupManifest manifest, CancellationToken cancellation)
    {
        var transactions = new BackupTransactions();
        foreach (var partition in manifest.Partitions)
        {
            var id = new PartitionId((ushort)partition.Partition);
            await new PartitionContent(pool, manifest, partition).ReadRecordsAsync((key, value) => transactions.Take(id, key, value), cancellation).ConfigureAwait(false);
        }

        return transactions;
    }

    /// <summary>What is prepared at a partition of transactions that are committed.</summary>
    public IEnumerable<byte[]> CommittedAt(int partition) => _prepared
        .Where(prepared => prepared.Participant.Value == partition && _committed.Contains((prepared.Home, prepared.Id)))
        .Select(prepared => prepared.Record);

    private void Take(PartitionId partition, byte[] key, byte[] value)
    {
        if (TransactionKeys.IsPrepared(key, out var id))
        {
            if (!TransactionPart.TryRead(value, out var part))
            {
                throw new InvalidDataException($"what partition {partition} has prepared of transaction {id} is malformed");
            }

            _prepared.Add((partition, part.Home, id, value));
        }
        else if (TransactionKeys.IsDecision(key, out id))
        {
            if (TransactionDecision.Read(value).Verdict == TransactionVerdict.Committed)
            {
                _committed.Add((partition, id));
            }
        }
        else if (!TableRecords.IsDropped(key, out _))
        {
            // Records of dropped tables are for the numbers that nodes of the old cluster may still have in mind; the catalogue never gives those again.
            throw new InvalidDataException($"partition {partition} keeps something for itself that this version of catena does not know: {Convert.ToHexString(key.AsSpan(StoredKey.PrefixLength))}");
        }
    }
}
