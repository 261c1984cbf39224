using Catena.Core.Primitives;
using Catena.Storage.Errors;
using Catena.Storage.Tests.Disks;

namespace Catena.Storage.Tests.Recovery;

/// <summary>The lives of one storage, each ended by a crash, each checked by a model of what it must have kept from the one before.</summary>
/// <param name="seed">What decides them.</param>
internal sealed class StorageLives(ulong seed)
{
    private const int Lives = 6;

    private readonly Prng _random = new(seed);
    private readonly List<PartitionModel> _models = [.. Enumerable.Range(0, 4).Select(number => new PartitionModel(new PartitionId((ushort)(number * 3))))];
    private NodeStorageOptions _options = Sample.SmallSegments;
    private MemoryDisk _disk = new();
    private byte[] _saved = [];
    private byte[] _saving = [];

    /// <summary>How many steps a full disk has refused.</summary>
    public ulong Refused { get; private set; }

    /// <summary>Lives and crashes.</summary>
    public void Run()
    {
        _options = Sample.SmallSegments with
        {
            SegmentBytes = 8192 << _random.Next(3),
            CheckpointJournalBytes = _random.Next(2) * _random.Next(100_000),
            RetainedLogBytes = _random.Next(2) * _random.Next(100_000),
            CompactBelow = _random.Next(10) / 10.0,
            RecoveryThreads = 1,
        };
        using (var storage = Sample.Create(_disk, _options))
        {
            storage.Close();
        }

        for (byte life = 0; life < Lives; life++)
        {
            var crashed = _disk;
            if (_random.Chance(0.1))
            {
                _disk.Delete("node");
            }

            var hasCopy = _disk.Exists("node");
            using var storage = OpenAtLast();
            CheckRecord(storage, hasCopy);
            var openedBefore = _disk != crashed;
            foreach (var model in _models)
            {
                model.CheckAfterCrash(storage.Partition(model.Id), storage.TornEnd, openedBefore);
            }

            try
            {
                _disk.FailAfter = _random.Chance(0.3) ? _random.Next(400) : int.MaxValue;
                _saved = storage.NodeRecord.ToArray();
                _saving = [life];
                storage.SaveNodeRecord(_saving);
                storage.Flush(sync: true);
                _saved = _saving;
                Live(storage);
            }
            catch (StorageFailedException)
            {
                // The disk ended this life, perhaps in the middle of a checkpoint.
            }

            _disk = _random.Chance(0.2) ? _disk.Kill() : _disk.Crash(_random.Fork());
        }
    }

    /// <summary>Damages what the last crash has left, and demands that no opening of it hides what is missing.</summary>
    /// <param name="tally">How many partitions were whole, lacked their tail and were given up, which is added to.</param>
    public void CheckRotten(int[] tally)
    {
        var hasCopy = _disk.Exists("node");
        for (var places = _random.Next(4); places >= 0; places--)
        {
            hasCopy &= Damage() != "node";
        }

        for (var opening = 0; opening < 3; opening++)
        {
            using var storage = NodeStorage.Open(_disk, _options);
            var found = storage.NodeRecord.ToArray();
            Assert.True(found.SequenceEqual(_saved) || found.SequenceEqual(_saving) || (storage.NodeRecordDoubtful && !hasCopy), "The node's record is an old one.");
            foreach (var model in _models)
            {
                var verdict = model.CheckRotten(storage.Partition(model.Id));
                tally[(int)verdict]++;
            }

            _disk = _random.Chance(0.2) ? _disk.Kill() : _disk.Crash(_random.Fork());
        }
    }

    /// <summary>Turns over one byte of a file, or makes rubbish or nothing of some sectors.</summary>
    /// <returns>Of which file.</returns>
    private string Damage()
    {
        var names = _disk.List().Order(StringComparer.Ordinal).ToList();
        var name = names[_random.Next(names.Count)];
        var content = (byte[])_disk.Content(name).Clone();
        if (content.Length == 0)
        {
            return name;
        }

        var place = _random.Next(content.Length);
        var from = place & -512;
        var to = Math.Min(content.Length, from + (512 * (1 + _random.Next(8))));
        switch (_random.Next(4))
        {
            case 0:
                Sample.Bytes(to - from, from).CopyTo(content.AsSpan(from));
                break;

            // A disk that has nothing where the journal's end was cannot be told from one that nothing was written to.
            case 1 when content.AsSpan(to).ContainsAnyExcept((byte)0):
                content.AsSpan(from, to - from).Clear();
                break;
            default:
                content[place] ^= byte.MaxValue;
                break;
        }

        _disk.SetContent(name, content);
        return name;
    }

    private void CheckRecord(NodeStorage storage, bool hasCopy)
    {
        var found = storage.NodeRecord.ToArray();
        var isLatest = found.SequenceEqual(_saved) || found.SequenceEqual(_saving);
        Assert.True(isLatest || (storage.NodeRecordDoubtful && !hasCopy), "The node's record is an old one.");
        Assert.False(storage.NodeRecordDoubtful && hasCopy && _saved.Length > 0, "The node's record is in doubt, though its copy is whole.");
    }

    /// <summary>Opens the storage, after openings that the disk may have ended half-way.</summary>
    private NodeStorage OpenAtLast()
    {
        while (_random.Chance(0.3))
        {
            _disk.FailAfter = _random.Next(6);
            try
            {
                NodeStorage.Open(_disk, _options).Dispose();
            }
            catch (StorageFailedException)
            {
                // As intended; what it had written may be torn now, too.
            }

            _disk = _disk.Crash(_random.Fork());
        }

        SetFull(_random.Chance(0.2));
        return NodeStorage.Open(_disk, _options);
    }

    /// <summary>Gives the disk room for a few small files at most, or for all that may come.</summary>
    private void SetFull(bool isFull)
    {
        _disk.IsFull = isFull && _random.Chance(0.3);
        _disk.Capacity = isFull ? _disk.Used + _random.Next(40_000) : long.MaxValue;
    }

    private void Live(NodeStorage storage)
    {
        var steps = _random.Next(250);
        var care = _random.Next(4) * 0.2;
        var fills = _random.Chance(0.3);
        for (var step = 0; step < steps; step++)
        {
            if (_random.Chance(0.02))
            {
                SetFull(fills && _random.Chance(0.5));
            }

            for (var worked = 1L; worked > 0 && _random.Chance(care);)
            {
                worked = storage.Maintenance.Step(new Unlocked(storage));
            }

            if (_random.Chance(0.15))
            {
                var sync = _random.Chance(0.8);
                storage.Flush(sync);
                if (sync)
                {
                    _models.ForEach(model => model.Synced());
                }
            }
            else
            {
                Step(storage, _models[_random.Next(_models.Count)]);
            }
        }

        if (_random.Chance(0.15))
        {
            storage.Close();
            _models.ForEach(model => model.Synced());
        }
    }

    private void Step(NodeStorage storage, PartitionModel model)
    {
        try
        {
            model.Step(storage.Partition(model.Id), _random);
        }
        catch (StorageFullException) when (_disk.IsFull || _disk.Capacity < long.MaxValue)
        {
            // Nothing has changed, as the model will see.
            Refused++;
        }
    }
}
