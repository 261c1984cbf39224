using System.Text;
using Catena.Core.Primitives;
using Catena.Storage.Tests.Disks;

namespace Catena.Storage.Tests.Scrubbing;

/// <summary>What is at rest is read again: damage that matters is told, what can be made anew is, and the rest is left alone.</summary>
public sealed class ScrubberTests : IDisposable
{
    private static readonly PartitionId One = new(1);

    private static readonly NodeStorageOptions Options = Sample.SmallSegments with
    {
        RecoveryThreads = 1,
        RetainedLogEntries = 0,
        RetainedLogBytes = 0,
        CompactBelow = 0,
        CheckpointJournalBytes = long.MaxValue,
    };

    private readonly MemoryDisk _disk = new();
    private readonly NodeStorage _storage;
    private readonly Unlocked _locks;

    public ScrubberTests()
    {
        _storage = Sample.Create(_disk, Options);
        _locks = new Unlocked(_storage);
        Fill(0, 100, seed: 1);
        Checkpoint();
        Fill(0, 50, seed: 2);
        Checkpoint();
        Fill(100, 200, seed: 3);
        _storage.Flush(sync: true);
    }

    [Fact]
    public void A_sound_directory_gives_no_cause()
    {
        Pass();
        Assert.Empty(_locks.Met);
        Assert.Equal((1, 0), (_storage.Scrubber.Passes, _storage.Scrubber.Found));
        Assert.True(_storage.Scrubber.BytesRead > _disk.Segments().Count * 10_000L);
    }

    [Fact]
    public void A_damaged_value_is_told_whichever_key_still_has_it()
    {
        Damage(Value(70, 1));
        Pass();
        Assert.Equal("key-00070", Encoding.ASCII.GetString(Assert.Single(_locks.Met).Damage.StoredKey.Span));
        Assert.Equal(1, _storage.Scrubber.Found);
    }

    [Fact]
    public void A_value_that_no_key_has_any_more_does_not_matter()
    {
        Damage(Value(20, 1));
        Pass();
        Assert.Empty(_locks.Met);
    }

    [Theory]
    [InlineData("manifest-", true)]
    [InlineData("manifest-", false)]
    [InlineData("00001-", true)]
    [InlineData("00001-", false)]
    public void A_damaged_manifest_or_checkpoint_is_soon_not_in_force_any_more(string prefix, bool isNewest)
    {
        var files = _disk.List().Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        var damaged = isNewest ? files[^1] : files[0];
        _disk.Content(damaged)[100] ^= 1;
        Assert.Equal(2, files.Count);
        Pass();
        Assert.Equal(1, _storage.Scrubber.Found);
        while (_storage.Maintenance.Step(_locks) > 0)
        {
            _storage.Flush(sync: true);
        }

        Assert.DoesNotContain(damaged, _disk.List());
        Pass();
        Assert.Equal(1, _storage.Scrubber.Found);
    }

    [Fact]
    public void A_damaged_identity_is_written_again()
    {
        _disk.Content("identity")[30] ^= 1;
        Pass();
        Assert.Equal(1, _storage.Scrubber.Found);
        foreach (var name in _disk.Segments())
        {
            // So that nothing but the file says it.
            _disk.Content(name)[5] ^= 1;
        }

        _storage.Dispose();
        using var again = NodeStorage.Open(_disk, Options);
        Assert.Equal(Sample.Identity, again.Identity);
    }

    [Fact]
    public void A_damaged_copy_of_the_nodes_record_is_written_again()
    {
        _storage.SaveNodeRecord("node"u8);
        _storage.Flush(sync: true);
        Pass();
        Assert.Equal(0, _storage.Scrubber.Found);
        var copy = _disk.Content("node").ToArray();
        _disk.Content("node")[80] ^= 1;
        Pass();
        Assert.Equal(1, _storage.Scrubber.Found);
        Assert.Equal(copy, _disk.Content("node"));

        // A full disk had no room for it.
        _disk.Delete("node");
        Pass();
        Assert.Equal(1, _storage.Scrubber.Found);
        Assert.Equal(copy, _disk.Content("node"));
    }

    public void Dispose() => _storage.Dispose();

    private static byte[] Value(int number, int seed) => Sample.Bytes(300, (number * 10) + seed);

    private void Pass()
    {
        while (_storage.Scrubber.Step(_locks) > 0)
        {
            // One piece after another.
        }
    }

    private void Fill(int from, int to, int seed)
    {
        var store = _storage.Partition(One);
        for (var number = from; number < to; number++)
        {
            Sample.Append(store, 1, Sample.Put(Encoding.ASCII.GetBytes($"key-{number:D5}"), Value(number, seed)));
        }

        store.ApplyThrough(store.LastLsn.Sequence);
    }

    private void Checkpoint()
    {
        while (!_storage.Maintenance.TryCheckpoint(_locks))
        {
            _storage.Flush(sync: true);
        }
    }

    private void Damage(byte[] value)
    {
        foreach (var name in _disk.Segments())
        {
            var at = _disk.Content(name).AsSpan().IndexOf(value);
            if (at >= 0)
            {
                _disk.Content(name)[at + 100] ^= 1;
                return;
            }
        }

        Assert.Fail("the value is nowhere");
    }
}
