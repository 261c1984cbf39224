using Catena.Core.Primitives;
using Catena.Storage.Devices;
using Catena.Storage.Errors;
using Catena.Storage.Journaling;
using Catena.Storage.Partitions;
using Catena.Storage.Recovery;

namespace Catena.Storage.Checkpoints;

/// <summary>Makes checkpoints of all partitions in rounds, so that recovery never has more than so much of the journal to replay.</summary>
/// <remarks>
/// A round writes a checkpoint of every partition that has moved since its last one, waits until the journal is durable as far as they
/// refer to it, and then puts a manifest in force. The manifest before and all that it names are kept. One thread at a time.
/// </remarks>
internal sealed class Checkpointer : IDisposable
{
    private readonly IStorageDevice _device;
    private readonly NodeIdentity _identity;
    private readonly Journal _journal;
    private readonly NodeStorageOptions _options;
    private readonly Func<IEnumerable<PartitionStore>> _partitions;
    private readonly Func<(NodeFacts Facts, long From)> _node;
    private readonly List<Manifest> _manifests;
    private readonly Dictionary<PartitionId, List<(ManifestLine Line, Standing Standing, ulong Applied)>> _latest = [];
    private readonly Queue<PartitionId> _left = new();
    private readonly List<ManifestLine> _lines = [];

    /// <summary>For each checkpoint, by its number, the last round of this process in which it was up to date.</summary>
    private readonly Dictionary<ulong, long> _upToDateIn = [];

    /// <summary>For each manifest in force, the older first, the last round in which all of its checkpoints were up to date.</summary>
    private readonly Queue<long> _rounds = new();
    private CheckpointBuffers? _buffers;
    private CheckpointJob? _job;
    private bool _isInRound;
    private long _durableBy;
    private long _roundBytes;
    private int _roundsOwed;
    private ulong _lastNumber;
    private (NodeFacts Facts, long From) _nodeAtStart;

    /// <summary>A checkpointer that goes on from what recovery found.</summary>
    /// <param name="device">The directory.</param>
    /// <param name="identity">Whose it is.</param>
    /// <param name="journal">The journal.</param>
    /// <param name="options">How often.</param>
    /// <param name="manifests">The manifests that are whole, newest first.</param>
    /// <param name="partitions">Lists the partitions.</param>
    /// <param name="node">Copies the node's own facts, with the position that they stand for.</param>
    internal Checkpointer(
        IStorageDevice device,
        in NodeIdentity identity,
        Journal journal,
        NodeStorageOptions options,
        IEnumerable<Manifest> manifests,
        Func<IEnumerable<PartitionStore>> partitions,
        Func<(NodeFacts Facts, long From)> node)
    {
        _device = device;
        _identity = identity;
        _journal = journal;
        _options = options;
        _partitions = partitions;
        _node = node;
        _manifests = [.. manifests];
        _lastNumber = HighestNumber();
        DeleteUnnamed();
    }

    /// <summary>No record before this position is needed by recovery, even if the newest manifest is damaged.</summary>
    internal long KeepFrom => _manifests.Count < 2 ? 0 : _manifests.Min(manifest => manifest.Keep);

    /// <summary>How many bytes of journal would be replayed now.</summary>
    internal long ReplayBytes => _journal.Distance(_manifests.Count == 0 ? 0 : _manifests[0].From);

    /// <summary>The number of the round that began last.</summary>
    internal long Begun { get; private set; }

    /// <summary>What had gone before this round began is not referred to by any checkpoint that recovery may go by.</summary>
    internal long SettledBefore => _rounds.Count < 2 ? 0 : _rounds.Peek();

    /// <summary>How many bytes all checkpoints of the last round had.</summary>
    internal long CheckpointBytes { get; private set; }

    /// <summary>How many rounds have ended.</summary>
    internal long Rounds { get; private set; }

    /// <summary>The manifests in force, newest first.</summary>
    internal IReadOnlyList<Manifest> Manifests => [.. _manifests];

    /// <summary>Sees to it that a file that turned out to be damaged is soon no longer one of those that recovery goes by.</summary>
    /// <remarks>Of the last two manifests the older goes with the next round and the newer with the one after it.</remarks>
    /// <param name="manifest">The manifest that is damaged, or that names the damaged checkpoint.</param>
    /// <param name="line">The damaged checkpoint; null for the manifest itself.</param>
    internal void ReplaceDamaged(Manifest manifest, ManifestLine? line)
    {
        if (line is { } damaged)
        {
            _latest.GetValueOrDefault(damaged.Partition)?.RemoveAll(latest => latest.Line.Number == damaged.Number);
        }

        _roundsOwed = Math.Max(_roundsOwed, _manifests.IndexOf(manifest) == 0 ? 2 : 1);
    }

    /// <summary>Has everything written anew, since recovery has found something damaged that a manifest names.</summary>
    internal void ReplaceAll() => _roundsOwed = 2;

    /// <summary>Does a piece of work, where there is something to do.</summary>
    /// <param name="locks">Lends the partitions' locks.</param>
    /// <param name="isWanted">Begin a round even if it is not time.</param>
    /// <returns>About how many bytes were written; 0 where there was nothing to do, or the journal has to be synced first.</returns>
    internal long Step(IPartitionLocks locks, bool isWanted)
    {
        if (!_isInRound)
        {
            var isDue = isWanted || _roundsOwed > 0 || ReplayBytes >= Math.Max(_options.CheckpointJournalBytes, CheckpointBytes);
            if (!isDue || _device.FreeBytes < LeastBytes())
            {
                return 0;
            }

            BeginRound();
        }

        try
        {
            return _job is null && _left.Count == 0 ? EndRound() : Continue(locks);
        }
        catch (StorageFullException)
        {
            Abandon();
            return 0;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _job?.Dispose();

    /// <summary>What a round takes on disk at least: with less there is no use in beginning one.</summary>
    private long LeastBytes() => _partitions().Sum(partition => partition.MemoryBytes) / 2;

    private void BeginRound()
    {
        _isInRound = true;
        Begun++;
        _roundBytes = 0;
        _lines.Clear();
        _nodeAtStart = _node();
        _durableBy = _nodeAtStart.From;
        foreach (var partition in _partitions().OrderBy(partition => partition.Id))
        {
            _left.Enqueue(partition.Id);
        }
    }

    private long Continue(IPartitionLocks locks)
    {
        if (_job is null)
        {
            locks.With(_left.Dequeue(), Begin);
            return 1;
        }

        if (!_job.HasAllKeys)
        {
            return _job.Step();
        }

        ulong? exactFrom = null;
        ManifestLine? earlier = null;
        locks.With(_job.Partition, store =>
        {
            exactFrom = _job.ExactFrom(store);
            earlier = LineWithout(store);
        });
        if (exactFrom is { } sequence)
        {
            _roundBytes += _job.End(sequence);
            var line = new ManifestLine(_job.Partition, _job.Number, _job.From, _job.Keep);
            _lines.Add(line);
            Note(line, _job.Standing, _job.Applied);
            _upToDateIn[_job.Number] = Begun;
            _durableBy = Math.Max(_durableBy, _journal.Appended);
            _job.Dispose();
        }
        else
        {
            _job.Dispose();
            _device.Delete(CheckpointFormat.CheckpointName(_job.Partition, _job.Number));
            Add(earlier);
        }

        _job = null;
        return 1;
    }

    private void Note(in ManifestLine line, in Standing standing, ulong applied)
    {
        if (!_latest.TryGetValue(line.Partition, out var latest))
        {
            latest = [];
            _latest.Add(line.Partition, latest);
        }

        latest.Add((line, standing, applied));
        if (latest.Count > 2)
        {
            latest.RemoveAt(0);
        }
    }

    /// <summary>
    /// Begins with a partition, or takes over the checkpoint before its last where it has not moved since. So the two manifests in force never name the same
    /// file, and one that is damaged costs nothing.
    /// </summary>
    private void Begin(PartitionStore store)
    {
        var from = _journal.Appended;
        var inForce = InForce(store.Id)?.Number;
        var upToDate = _latest.GetValueOrDefault(store.Id)?.FindIndex(
            latest => latest.Line.Number != inForce && latest.Standing == store.Standing && latest.Applied == store.Applied.Sequence) ?? -1;
        if (upToDate >= 0)
        {
            // Nothing of it stands between that checkpoint and here.
            var latest = _latest[store.Id][upToDate].Line;
            Add(latest with { From = from, Keep = store.FirstUnapplied ?? from });
            _upToDateIn[latest.Number] = Begun;
        }
        else if (store.IsInstalling)
        {
            Add(LineWithout(store));
        }
        else if (store.FirstRecord is not null)
        {
            _buffers ??= new CheckpointBuffers();
            _job = CheckpointJob.Begin(store, _device, _buffers, _identity, ++_lastNumber, from);
        }
    }

    private void Add(ManifestLine? line)
    {
        if (line is { } added)
        {
            _lines.Add(added);
            _durableBy = Math.Max(_durableBy, added.From);
        }
    }

    /// <summary>The line of a partition that gets no new checkpoint in this round; null where nothing is held of it. Of the two manifests in force, the older one's: the two are not to name the same file.</summary>
    private ManifestLine? LineWithout(PartitionStore store) =>
        (_manifests.Count > 1 ? _manifests[1].Find(store.Id) : null) ?? InForce(store.Id) ?? LineFromFirst(store);

    private static ManifestLine? LineFromFirst(PartitionStore store) => store.FirstRecord is { } first ? new ManifestLine(store.Id, 0, first, first) : null;

    private ManifestLine? InForce(PartitionId partition) => _manifests.Count == 0 ? null : _manifests[0].Find(partition);

    private long EndRound()
    {
        // Partitions that came up during the round have no checkpoint yet: all of their records are needed.
        var named = _lines.Select(line => line.Partition).ToHashSet();
        foreach (var store in _partitions().Where(store => !named.Contains(store.Id)))
        {
            Add(LineFromFirst(store));
        }

        // What the manifest names must not lie behind the end that a crash may leave: recovery would miss what was there.
        if (_journal.Synced < _durableBy)
        {
            _journal.WantSync(_durableBy);
            return 0;
        }

        var manifest = new Manifest
        {
            Number = ++_lastNumber,
            Node = _nodeAtStart.Facts,
            NodeFrom = _nodeAtStart.From,
            Lines = [.. _lines],
        };
        manifest.Write(_device, _identity);
        _manifests.Insert(0, manifest);
        if (_manifests.Count > 2)
        {
            _manifests.RemoveAt(2);
        }

        _rounds.Enqueue(_lines.Where(line => line.Number != 0).Aggregate(Begun, (least, line) => Math.Min(least, _upToDateIn.GetValueOrDefault(line.Number))));
        if (_rounds.Count > 2)
        {
            _rounds.Dequeue();
        }

        _isInRound = false;
        _buffers = null;
        _roundsOwed = Math.Max(0, _roundsOwed - 1);
        CheckpointBytes = Math.Max(_roundBytes, CheckpointBytes / 2);
        Rounds++;
        DeleteUnnamed();
        return 1;
    }

    private void Abandon()
    {
        if (_job is not null)
        {
            _job.Dispose();
            _job = null;
        }

        _left.Clear();
        _latest.Clear();
        _isInRound = false;
        _buffers = null;
        DeleteUnnamed();
    }

    /// <summary>Deletes the files that no manifest in force names: those of earlier rounds, and of one that did not end.</summary>
    private void DeleteUnnamed()
    {
        var named = _manifests.SelectMany(manifest => manifest.Lines)
            .Select(line => CheckpointFormat.CheckpointName(line.Partition, line.Number))
            .Concat(_manifests.Select(manifest => CheckpointFormat.ManifestName(manifest.Number)))
            .ToHashSet(StringComparer.Ordinal);
        foreach (var name in _device.List().Where(name => IsOurs(name) && !named.Contains(name)))
        {
            _device.Delete(name);
        }

        foreach (var number in _upToDateIn.Keys.Except(_manifests.SelectMany(manifest => manifest.Lines).Select(line => line.Number)).ToList())
        {
            _upToDateIn.Remove(number);
        }
    }

    private ulong HighestNumber()
    {
        var highest = 0UL;
        foreach (var manifest in _manifests)
        {
            highest = manifest.Lines.Aggregate(Math.Max(highest, manifest.Number), (most, line) => Math.Max(most, line.Number));
        }

        return Manifest.NumbersOf(_device).Append(highest).Max();
    }

    private static bool IsOurs(string name) =>
        name.EndsWith(CheckpointFormat.CheckpointExtension, StringComparison.Ordinal) || CheckpointFormat.ManifestNumber(name) is not null;
}
