using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Catena.Storage.Devices;
using Catena.Storage.Errors;

namespace Catena.Storage.Journaling;

/// <summary>The journal's files: those in use, and the spare ones that are preallocated ahead.</summary>
/// <remarks>
/// The last spare is the space held back: appends that may not use it go on only while a spare would be left after them, so that
/// deletes, truncations and state can be written on a full disk. Thread-safe; lookups take no lock, and only who needs a segment that is being made waits for that.
/// </remarks>
internal sealed class SegmentFiles : IDisposable
{
    private const string Extension = ".journal";

    /// <summary>What a segment is called until it is whole.</summary>
    private const string InMaking = "segment.new";
    private const int ClearedBytes = 4096;

    private readonly IStorageDevice _device;
    private readonly int _segmentBytes;
    private readonly Lock _making = new();
    private readonly Lock _gate = new();
    private readonly Queue<Segment> _spares = new();
    private readonly List<Segment> _retired = [];

    private volatile Segment[] _inUse = [];
    private volatile int _spareCount;
    private volatile bool _isShort;
    private long _lastId;
    private long _heldBackBytes;

    internal SegmentFiles(IStorageDevice device, int segmentBytes)
    {
        _device = device;
        _segmentBytes = segmentBytes;
    }

    /// <summary>The spare segments that are ready.</summary>
    internal int SpareCount => _spareCount;

    /// <summary>Whether the disk had no room for the last segment that was wanted.</summary>
    internal bool IsShort => _isShort;

    /// <summary>How much of the disk no new segment may take unless control records or compaction need one: what frees space on a full disk needs some first.</summary>
    internal long HeldBackBytes
    {
        get => Volatile.Read(ref _heldBackBytes);
        set => Volatile.Write(ref _heldBackBytes, value);
    }

    /// <summary>The segments that hold records, oldest first.</summary>
    internal ReadOnlySpan<Segment> InUse => _inUse;

    /// <summary>The name of a segment's file.</summary>
    internal static string NameOf(long id) => id.ToString("x8", CultureInfo.InvariantCulture) + Extension;

    /// <summary>The ids of all segment files of a device, in order.</summary>
    internal static List<long> IdsOf(IStorageDevice device)
    {
        List<long> ids = [];
        foreach (var name in device.List())
        {
            if (name.EndsWith(Extension, StringComparison.Ordinal)
                && int.TryParse(name.AsSpan(0, name.Length - Extension.Length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id)
                && id > 0
                && NameOf(id) == name)
            {
                ids.Add(id);
            }
        }

        ids.Sort();
        return ids;
    }

    /// <summary>Deletes what a crash or a full disk has left of a segment that was being made: it takes space that may be needed.</summary>
    internal void DeleteUnfinished()
    {
        if (_device.Exists(InMaking))
        {
            _device.Delete(InMaking);
        }
    }

    /// <summary>Registers a segment that holds records; ids grow.</summary>
    internal void Add(Segment segment)
    {
        lock (_gate)
        {
            _inUse = [.. _inUse, segment];
            _lastId = Math.Max(_lastId, segment.Id);
        }
    }

    /// <summary>Registers a file without records as the next spare, or deletes it where it cannot serve as one.</summary>
    internal void Adopt(long id, IStorageFile file)
    {
        lock (_gate)
        {
            if (id != _lastId + 1 || file.Length < _segmentBytes || file.Length > int.MaxValue)
            {
                file.Dispose();
                _device.Delete(NameOf(id));
                return;
            }

            AddSpare(new Segment(id, file, (int)file.Length, mayHoldOldBytes: true));
        }
    }

    /// <summary>The segment with this id.</summary>
    /// <exception cref="StorageDamagedException">There is none.</exception>
    internal Segment Find(long id) => TryFind(id, out var segment) ? segment : throw new StorageDamagedException($"The journal's file {NameOf(id)} is missing.");

    /// <summary>The segment with this id, kept from being reused until the caller exits it.</summary>
    /// <returns>False where there is none any more.</returns>
    internal bool TryEnter(long id, [NotNullWhen(true)] out Segment? segment) => TryFind(id, out segment) && segment.TryEnter();

    /// <summary>The bytes of all files in use.</summary>
    internal long BytesInUse
    {
        get
        {
            var bytes = 0L;
            foreach (var segment in _inUse)
            {
                bytes += segment.Length;
            }

            return bytes;
        }
    }

    /// <summary>Takes a segment out of use: nobody finds it from now on, and once nobody reads it any more <see cref="Reclaim" /> takes its file.</summary>
    internal void Retire(Segment segment)
    {
        lock (_gate)
        {
            _inUse = [.. _inUse.Where(other => other != segment)];
            _retired.Add(segment);
        }

        segment.Retire();
    }

    /// <summary>Makes the file of one retired segment the next spare, or deletes it where enough spares are there.</summary>
    /// <remarks>One thread at a time.</remarks>
    /// <param name="spares">How many spares are enough.</param>
    /// <returns>Whether there was one to take.</returns>
    internal bool Reclaim(int spares)
    {
        Segment old;
        bool isSpare;
        lock (_gate)
        {
            var index = _retired.FindIndex(segment => segment.IsFree);
            if (index < 0)
            {
                return false;
            }

            old = _retired[index];
            isSpare = _spares.Count < spares && old.Length == _segmentBytes;
            if (!isSpare)
            {
                _retired.RemoveAt(index);
            }
        }

        if (!isSpare)
        {
            old.File.Dispose();
            _device.Delete(old.Name);
            return true;
        }

        // What begins with zeros is a spare; whatever old records follow bear other positions and never pass. Nobody who appends waits for this.
        old.File.Write(0, new byte[ClearedBytes]);
        old.File.Sync();
        lock (_making)
        {
            lock (_gate)
            {
                _retired.Remove(old);
            }

            old.File.Dispose();
            MakeSpare(old.Name, old.Length, mayHoldOldBytes: true);
        }

        return true;
    }

    private bool TryFind(long id, [NotNullWhen(true)] out Segment? segment)
    {
        var segments = _inUse;
        var low = 0;
        var high = segments.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var found = segments[middle].Id;
            if (found == id)
            {
                segment = segments[middle];
                return true;
            }

            if (found < id)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        segment = null;
        return false;
    }

    /// <summary>Lets the next segment have at least this id.</summary>
    internal void SkipTo(long id)
    {
        lock (_gate)
        {
            while (_spares.TryPeek(out var spare) && spare.Id < id)
            {
                _spares.Dequeue();
                spare.File.Dispose();
                _device.Delete(spare.Name);
            }

            _spareCount = _spares.Count;
            _lastId = Math.Max(_lastId, id - 1);
        }
    }

    /// <summary>Takes the next segment into use.</summary>
    /// <param name="minimumLength">The length that it must have.</param>
    /// <param name="use">Who takes it: the last spare, and what is held back of the disk, are not for everybody.</param>
    /// <exception cref="StorageFullException">No segment may be taken; nothing has changed.</exception>
    internal Segment Take(int minimumLength, SpaceUse use)
    {
        var wanted = use == SpaceUse.Ordinary ? 2 : 1;
        while (_spareCount < wanted)
        {
            CreateSpare(wanted, use == SpaceUse.Control ? 0 : HeldBackBytes);
        }

        lock (_gate)
        {
            var segment = _spares.Peek();
            if (segment.Length < minimumLength)
            {
                segment.File.Allocate(minimumLength);
                segment.File.Sync();
                segment.Length = minimumLength;
            }

            _spares.Dequeue();
            _spareCount = _spares.Count;
            _inUse = [.. _inUse, segment];
            return segment;
        }
    }

    /// <summary>Makes the wanted number of spares, as far as there is space.</summary>
    /// <returns>Whether they are there.</returns>
    internal bool TryPrepare(int wanted)
    {
        try
        {
            while (_spareCount < wanted)
            {
                CreateSpare(wanted, HeldBackBytes);
            }

            return true;
        }
        catch (StorageFullException)
        {
            return false;
        }
    }

    /// <summary>Closes all files.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var segment in _inUse)
            {
                segment.File.Dispose();
            }

            foreach (var segment in _spares.Concat(_retired))
            {
                segment.File.Dispose();
            }
        }
    }

    /// <summary>Makes a spare, unless somebody else has made the one that was wanted.</summary>
    private void CreateSpare(int wanted, long leave)
    {
        lock (_making)
        {
            if (_spareCount >= wanted)
            {
                return;
            }

            _isShort = _device.FreeBytes < _segmentBytes + leave;
            if (_isShort)
            {
                throw new StorageFullException($"The disk has no room for another journal segment of {_segmentBytes} bytes.");
            }

            Fill();
            MakeSpare(InMaking, _segmentBytes, mayHoldOldBytes: false);
        }
    }

    /// <summary>Makes a file the next spare; under the makers' lock, so that nobody who takes one waits for the disk.</summary>
    private void MakeSpare(string name, int length, bool mayHoldOldBytes)
    {
        // Opened anew, since errors tell the name under which a file was opened.
        var id = _lastId + 1;
        _device.Rename(name, NameOf(id));
        _device.SyncDirectory();
        var spare = new Segment(id, _device.Open(NameOf(id), create: false), length, mayHoldOldBytes);
        lock (_gate)
        {
            AddSpare(spare);
        }
    }

    private void Fill()
    {
        try
        {
            using var file = _device.Open(InMaking, create: true);
            file.Allocate(_segmentBytes);
            file.Sync();
        }
        catch (StorageFullException)
        {
            _isShort = true;
            DeleteUnfinished();
            throw;
        }
    }

    private void AddSpare(Segment segment)
    {
        _spares.Enqueue(segment);
        _lastId = segment.Id;
        _spareCount = _spares.Count;
        _isShort &= _spareCount < 2;
    }
}
