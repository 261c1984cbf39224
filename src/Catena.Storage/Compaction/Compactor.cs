using Catena.Core.Primitives;
using Catena.Storage.Checkpoints;
using Catena.Storage.Errors;
using Catena.Storage.Journaling;
using Catena.Storage.Partitions;

namespace Catena.Storage.Compaction;

/// <summary>Frees segments of the journal that nobody needs, and moves the values out of those that few refer to.</summary>
/// <remarks>
/// A segment may go once recovery begins behind it whichever manifest it goes by, no entry in it is one that a replica may still ask for, and no key refers to a
/// value in it: neither now nor in any checkpoint that recovery may go by. The last matters because after a crash keys are what those checkpoints say until the log has been
/// applied again. Only then its file becomes a spare, or is deleted. One thread at a time.
/// </remarks>
internal sealed class Compactor : IDisposable
{
    /// <summary>Two manifests are kept; both must be newer than what is let go.</summary>
    private const int RoundsToSettle = 3;

    /// <summary>How much more of the journal a round of checkpoints must let go than it writes.</summary>
    private const int CostOfCheckpoints = 4;

    /// <summary>After so many looks in a row between which next to nothing was appended the node is at rest: checkpoints keep nobody waiting then.</summary>
    private const int LooksAtRest = 50;

    /// <summary>Next to nothing is one in so many parts of a segment.</summary>
    private const int RestPartOfSegment = 16;

    /// <summary>With little space left, it is worth moving much to win a little.</summary>
    private const double CompactBelowWhenShort = 0.9;

    private readonly Journal _journal;
    private readonly NodeStorageOptions _options;
    private readonly Func<IEnumerable<PartitionStore>> _partitions;
    private readonly Func<PartitionId, PartitionStore?> _find;

    /// <summary>Segments with values in use that could not be read; they stay.</summary>
    private readonly HashSet<long> _stuck = [];

    /// <summary>Segments that no key refers to, and the round of checkpoints that had begun when that was seen.</summary>
    private readonly Dictionary<long, long> _unused = [];
    private CompactionJob? _job;
    private (long Appended, long Rounds, bool IsAtRest) _surveyed = (-1, -1, false);
    private long _restsFrom;
    private int _looksAtRest;
    private long _wishedAt = -1;
    private int _wishes;
    private bool _wishesRound;

    /// <summary>A compactor that has not done anything yet.</summary>
    internal Compactor(
        Journal journal, NodeStorageOptions options, Func<IEnumerable<PartitionStore>> partitions, Func<PartitionId, PartitionStore?> find)
    {
        _journal = journal;
        _options = options;
        _partitions = partitions;
        _find = find;
    }

    /// <summary>The bytes of the segments that are in use, as of the last look, that keys refer to.</summary>
    internal long LiveBytes { get; private set; }

    /// <summary>Whether a round of checkpoints is wished for; told once.</summary>
    internal bool TakeWish()
    {
        var wish = _wishesRound;
        _wishesRound = false;
        return wish;
    }

    /// <summary>Does a piece of work, where there is something to do.</summary>
    /// <param name="locks">Lends the partitions' locks.</param>
    /// <param name="checkpoints">Says what of the journal recovery needs.</param>
    /// <returns>About how many bytes were read and written; 0 where there was nothing to do.</returns>
    internal long Step(IPartitionLocks locks, Checkpointer checkpoints)
    {
        if (_job is not null)
        {
            return Continue(locks);
        }

        if (_journal.Files.Reclaim(_options.SpareSegments))
        {
            return 1;
        }

        // A survey visits every partition; what it would find changes only with the journal and the checkpoints, and what is worth doing with rest.
        NoteRest();
        var now = (_journal.Appended, checkpoints.Rounds, IsAtRest);
        if (_surveyed == now)
        {
            return 0;
        }

        _surveyed = now;
        return Survey(locks, checkpoints);
    }

    /// <inheritdoc />
    public void Dispose() => _job?.Dispose();

    private long Continue(IPartitionLocks locks)
    {
        try
        {
            var bytes = _job!.Step(locks);
            if (_job.IsDone)
            {
                if (_job.Damaged > 0)
                {
                    _stuck.Add(_job.Segment.Id);
                }

                _job.Dispose();
                _job = null;
            }

            return bytes;
        }
        catch (StorageFullException)
        {
            _job!.Dispose();
            _job = null;
            return 0;
        }
    }

    private long Survey(IPartitionLocks locks, Checkpointer checkpoints)
    {
        var begun = checkpoints.Begun;
        var isShort = _journal.Files.IsShort;
        var survey = SegmentSurvey.Take(_journal, _partitions(), locks, isShort ? _journal.Appended : _journal.PositionBefore(LogBytes()));
        LiveBytes = survey.LiveBytes;

        // In the log, entries may yet be applied, so that what nobody refers to now somebody may refer to later.
        var beforeLog = _journal.Files.InUse.ToArray().Where(segment => segment.Id < survey.LogFrom).ToList();
        foreach (var segment in beforeLog.Where(segment => !survey.IsUsed(segment)))
        {
            _unused.TryAdd(segment.Id, begun);
        }

        var keepFrom = JournalPosition.SegmentOf(checkpoints.KeepFrom);
        var settled = beforeLog
            .Where(segment => segment.Id < keepFrom && _unused.GetValueOrDefault(segment.Id, long.MaxValue) < checkpoints.SettledBefore)
            .ToList();
        foreach (var segment in settled)
        {
            _journal.Files.Retire(segment);
            _unused.Remove(segment.Id);
        }

        var waiting = beforeLog.Except(settled).Where(segment => segment.Id >= keepFrom || _unused.ContainsKey(segment.Id)).Where(IsSparse).ToList();
        Wish(waiting.Sum(segment => segment.Length - survey.BytesOf(segment)), checkpoints.CheckpointBytes, isShort);
        if (settled.Count > 0)
        {
            return 1;
        }

        // With little space left, what has been emptied is let go before more is moved.
        var sparsest = isShort && _unused.Count > 0
            ? null
            : beforeLog
                .Where(segment => segment.Id < keepFrom && !_unused.ContainsKey(segment.Id) && IsSparse(segment))
                .Where(segment => !survey.IsArrivingFrom(segment) && !_stuck.Contains(segment.Id))
                .MinBy(survey.RatioOf);
        if (sparsest is null)
        {
            return 0;
        }

        _job = new CompactionJob(sparsest, _find);
        _surveyed = (-1, -1, false);
        return 1;

        bool IsSparse(Segment segment) =>
            survey.RatioOf(segment) < (isShort && _options.CompactBelow > 0 ? CompactBelowWhenShort : _options.CompactBelow);
    }

    /// <summary>How much of the log is kept: never much where the data is little, since sending all of that costs less than the log.</summary>
    private long LogBytes()
    {
        var data = LiveBytes + _partitions().Sum(partition => partition.InlineBytes);
        return Math.Min(_options.RetainedLogBytes, Math.Max(_options.SegmentBytes, data / 4));
    }

    private bool IsAtRest => _looksAtRest == LooksAtRest;

    private void NoteRest()
    {
        if (_journal.Appended - _restsFrom > _options.SegmentBytes / RestPartOfSegment)
        {
            (_restsFrom, _looksAtRest) = (_journal.Appended, 0);
        }
        else if (!IsAtRest)
        {
            _looksAtRest++;
        }
    }

    /// <summary>Wishes for checkpoints where so much of the journal waits only for them to be let go that they are worth their cost, of which there is none to speak of at rest.</summary>
    private void Wish(long waitingBytes, long checkpointBytes, bool isShort)
    {
        var cost = IsAtRest ? 0 : CostOfCheckpoints * checkpointBytes;
        var least = Math.Max(2L * _options.SegmentBytes, Math.Max(_journal.Files.BytesInUse / 4, cost));
        var isWorthIt = waitingBytes > (isShort ? 0 : least);
        (_wishedAt, _wishes) = _wishedAt == _journal.Appended ? (_wishedAt, _wishes) : (_journal.Appended, 0);
        if (isWorthIt && _wishes < RoundsToSettle)
        {
            _wishes++;
            _wishesRound = true;
        }
    }
}
