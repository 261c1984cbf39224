using Catena.Storage.Journaling;
using Catena.Storage.Partitions;

namespace Catena.Storage.Compaction;

/// <summary>What all partitions need of the journal's segments at about one moment.</summary>
internal sealed class SegmentSurvey
{
    private readonly Dictionary<long, long> _usage = [];
    private readonly HashSet<long> _arriving = [];

    private SegmentSurvey(long logFrom)
    {
        LogFrom = logFrom;
    }

    /// <summary>The first segment that holds log entries which a replica may ask for, or which are not applied.</summary>
    internal long LogFrom { get; private set; }

    /// <summary>The bytes that keys refer to.</summary>
    internal long LiveBytes => _usage.Values.Sum();

    /// <summary>Visits every partition, and lets go of log entries before a position.</summary>
    /// <param name="journal">The journal.</param>
    /// <param name="partitions">The partitions.</param>
    /// <param name="locks">Lends their locks.</param>
    /// <param name="logLimit">Before it, log entries need not be kept.</param>
    internal static SegmentSurvey Take(Journal journal, IEnumerable<PartitionStore> partitions, IPartitionLocks locks, long logLimit)
    {
        var survey = new SegmentSurvey(JournalPosition.SegmentOf(journal.Appended));
        foreach (var partition in partitions)
        {
            locks.With(partition.Id, store => survey.Visit(store, logLimit));
        }

        return survey;
    }

    /// <summary>The bytes of a segment that keys refer to.</summary>
    internal long BytesOf(Segment segment) => _usage.GetValueOrDefault(segment.Id);

    /// <summary>Whether keys refer to a segment.</summary>
    internal bool IsUsed(Segment segment) => _usage.ContainsKey(segment.Id);

    /// <summary>What part of a segment keys refer to.</summary>
    internal double RatioOf(Segment segment) => (double)BytesOf(segment) / segment.Length;

    /// <summary>Whether a snapshot that is arriving refers to a segment.</summary>
    internal bool IsArrivingFrom(Segment segment) => _arriving.Contains(segment.Id);

    private void Visit(PartitionStore store, long logLimit)
    {
        store.ForgetLogBefore(logLimit);
        LogFrom = Math.Min(LogFrom, JournalPosition.SegmentOf(store.LogFrom ?? long.MaxValue));
        store.AddUsage(_usage, _arriving);
    }
}
