using Catena.Storage.Devices;
using Catena.Storage.Tests.Disks;

namespace Catena.Storage.Tests.Devices;

public sealed class AppendTests : IDisposable
{
    private const int Block = DirectWriter.BlockBytes;

    private readonly string _path = Path.Combine(Path.GetTempPath(), "catena-storage-" + Path.GetRandomFileName());

    public AppendTests() => Directory.CreateDirectory(_path);

    public void Dispose() => Directory.Delete(_path, recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Appends_of_all_sizes_beside_other_writes_and_in_two_files_read_as_they_were_written(bool syncs)
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        using var device = new FileSystemDevice(_path) { SyncsAppends = syncs };
        var files = new[] { new Written(device, "a", random), new Written(device, "b", random) };
        for (var step = 0; step < 300; step++)
        {
            var file = files[step / 7 % 2];
            switch (random.Next(8))
            {
                case 0:
                    file.Overwrite();
                    break;
                case 1:
                    file.Reopen();
                    break;
                default:
                    file.Append();
                    break;
            }

            file.Check(seed);
        }

        Array.ForEach(files, file => file.Dispose());
    }

    [Theory]
    [InlineData(0, Block - 8, 8)]
    [InlineData(0, Block, 8)]
    [InlineData(0, Block - 3, 8)]
    [InlineData(100, 200, 8)]
    [InlineData(100, 200, 0)]
    [InlineData(100, Block, 8)]
    [InlineData(100, (3 * Block) - 104, 8)]
    [InlineData(5, DirectWriter.BufferBytes + Block, 1024)]
    [InlineData(0, DirectWriter.BufferBytes, 8)]
    [InlineData(Block, 2 * DirectWriter.BufferBytes, 8)]
    public void Zeros_follow_though_the_file_held_something_else(int offset, int length, int zeros)
    {
        foreach (var syncs in new[] { true, false })
        {
            CheckZerosFollow(syncs, offset, length, zeros);
        }
    }

    private void CheckZerosFollow(bool syncs, int offset, int length, int zeros)
    {
        using var device = new FileSystemDevice(_path) { SyncsAppends = syncs };
        using var file = device.Open("file", create: true);
        var old = new byte[4 << 20];
        old.AsSpan().Fill(7);
        file.Write(0, old);
        var bytes = new byte[length];
        bytes.AsSpan().Fill(9);
        file.Append(offset, bytes, zeros, isReadSoon: false);
        var read = new byte[old.Length];
        Assert.Equal(read.Length, file.Read(0, read));
        Assert.False(read.AsSpan(0, offset).ContainsAnyExcept((byte)7));
        Assert.False(read.AsSpan(offset, length).ContainsAnyExcept((byte)9));
        Assert.False(read.AsSpan(offset + length, zeros).ContainsAnyExcept((byte)0));
        Assert.Equal(7, read[^1]);
    }

    // A page of which only a part is written has to be read first, unless it is in memory since it was written last.
    [Theory]
    [InlineData(0, 100, "0+4096")]
    [InlineData(100, 200, "100+3996")]
    [InlineData(100, Block - 100, "100+3996 4096+4096")]
    [InlineData(100, Block, "100+3996 4096+4096")]
    [InlineData(100, Block - 104, "100+8092")]
    [InlineData(Block, (3 * Block) + 5, "4096+12288 16384+4096")]
    [InlineData(9 * Block, 90, "36864+100")]
    public void Pages_that_were_not_begun_before_are_written_whole_and_none_behind_them(int offset, int length, string expected)
    {
        var disk = new MemoryDisk();
        disk.SetContent("file", [.. Enumerable.Repeat((byte)7, (9 * Block) + 100)]);
        using var file = disk.Open("file", create: false);
        file.Append(offset, new byte[length], 8, isReadSoon: false);
        Assert.Equal(expected, string.Join(' ', disk.Unsynced("file").Select(write => $"{write.Offset}+{write.Bytes.Length}")));
    }

    [Fact]
    public void A_file_whose_last_block_is_no_whole_one_does_not_grow()
    {
        using var device = new FileSystemDevice(_path);
        using var file = device.Open("file", create: true);
        file.Allocate((2 * Block) + 100);
        file.Append(10, new byte[Block], 8, isReadSoon: false);
        file.Append(10 + Block, Enumerable.Repeat((byte)1, Block + 90).ToArray(), 8, isReadSoon: false);
        Assert.Equal((2 * Block) + 100, file.Length);
        var read = new byte[1];
        Assert.Equal(1, file.Read((2 * Block) + 99, read));
        Assert.Equal(1, read[0]);
    }

    [Fact]
    public void What_was_appended_in_another_way_meanwhile_stays()
    {
        using var device = new FileSystemDevice(_path);
        using var file = device.Open("file", create: true);
        file.Allocate(Block);
        file.Append(0, [1, 1, 1], 8, isReadSoon: false);

        // As a segment that is used again.
        file.Append(0, [2, 2, 2], 8, isReadSoon: true);
        file.Append(3, [3], 8, isReadSoon: false);
        var read = new byte[5];
        file.Read(0, read);
        Assert.Equal([2, 2, 2, 3, 0], read);
    }

    [Fact]
    public void Where_direct_writes_are_possible_they_are_made()
    {
        using var writer = new DirectWriter();
        using var handle = File.OpenHandle(Path.Combine(Directory.CreateDirectory(_path).FullName, "file"), FileMode.Create, FileAccess.ReadWrite);
        RandomAccess.SetLength(handle, 1 << 20);
        using var direct = Platform.TryOpenDirect(handle);
        Assert.Equal(direct is not null, writer.TryAppend(handle, 3, [1, 2, 3], 8));
        Assert.False(writer.TryAppend(handle, (1 << 20) - 3, [1, 2, 3], 8), "it would make the file longer");
        writer.Forget(handle);
    }

    /// <summary>A file beside what it should hold.</summary>
    private sealed class Written(IStorageDevice device, string name, Random random) : IDisposable
    {
        private const int Length = 6 << 20;

        private readonly byte[] _expected = new byte[Length];
        private IStorageFile _file = Created(device, name);
        private int _end;

        public void Append()
        {
            var bytes = new byte[random.Next(10) == 0 ? random.Next(DirectWriter.BufferBytes + 10_000) : random.Next(3 * Block)];
            if (_end + bytes.Length > Length)
            {
                _end = random.Next(Block);
                bytes = bytes[..Math.Min(bytes.Length, Block)];
            }

            random.NextBytes(bytes);
            var zeros = random.Next(2) * 8;
            _file.Append(_end, bytes, zeros, isReadSoon: random.Next(4) == 0);
            bytes.CopyTo(_expected.AsSpan(_end));
            _end += bytes.Length;
            _expected.AsSpan(_end, Math.Min(zeros, Length - _end)).Clear();
        }

        public void Overwrite()
        {
            // Somewhere in what was appended, but for the block that was begun: nobody writes there beside who appends.
            var bytes = new byte[random.Next(100)];
            var room = _end / Block * Block - bytes.Length;
            if (room <= 0)
            {
                return;
            }

            random.NextBytes(bytes);
            var offset = random.Next(room);
            _file.Write(offset, bytes);
            bytes.CopyTo(_expected.AsSpan(offset));
        }

        public void Reopen()
        {
            _file.Sync();
            _file.Dispose();
            _file = device.Open(name, create: false);
        }

        public void Check(int seed)
        {
            var read = new byte[_end];
            Assert.Equal(_end, _file.Read(0, read));
            Assert.True(read.AsSpan().SequenceEqual(_expected.AsSpan(0, _end)), $"seed {seed}");
        }

        public void Dispose() => _file.Dispose();

        private static IStorageFile Created(IStorageDevice device, string name)
        {
            var file = device.Open(name, create: true);
            file.Allocate(Length);
            return file;
        }
    }
}
