namespace Catena.Cli.Bench.Workloads;

/// <summary>How many records there are while some are being added. Thread-safe.</summary>
/// <remarks>A record counts once its insertion and those of all records before it have ended, so that nobody reads what cannot be there yet.</remarks>
/// <param name="first">How many there are at first.</param>
internal sealed class RecordCount(long first)
{
    private readonly Lock _gate = new();
    private readonly HashSet<long> _ended = [];
    private long _next = first;
    private long _settled = first;

    /// <summary>How many records there are, without those whose insertion is under way.</summary>
    public long Settled => Volatile.Read(ref _settled);

    /// <summary>The number of a new record.</summary>
    public long Next() => Interlocked.Increment(ref _next) - 1;

    /// <summary>The insertion of a record has ended, well or not.</summary>
    public void Ended(long record)
    {
        lock (_gate)
        {
            if (record != _settled)
            {
                _ended.Add(record);
                return;
            }

            do
            {
                record++;
            }
            while (_ended.Remove(record));

            Volatile.Write(ref _settled, record);
        }
    }
}
