using System.Buffers;
using Catena.Core.Primitives;
using Catena.Server.Backups;
using Catena.Storage.Devices;

namespace Catena.Cli.Backups.Archive;

/// <summary>Writes a pool file under a temporary name, and gives it its own once it is whole and durable.</summary>
/// <remarks>A crash at any point leaves the temporary name, which nobody reads, or the whole file. Not thread-safe.</remarks>
internal sealed class PoolFileWriter : IDisposable
{
    private readonly IStorageDevice _pool;
    private readonly PoolFileHeader _header;
    private readonly string _temporary;
    private readonly IStorageFile _file;
    private readonly ArrayBufferWriter<byte> _block = new(64 << 10);
    private uint _checksum;
    private ulong _blocks;
    private bool _isDone;

    /// <summary>Begins a file.</summary>
    /// <param name="pool">The directory.</param>
    /// <param name="header">What it will be.</param>
    public PoolFileWriter(IStorageDevice pool, PoolFileHeader header)
    {
        _pool = pool;
        _header = header;
        _temporary = $"p{header.Partition.Value:d5}-{(header.Kind == PoolFileKind.Snapshot ? "snapshot" : "log")}{PoolFile.TemporaryExtension}";
        pool.Delete(_temporary);
        _file = pool.Open(_temporary, create: true);
        var bytes = new byte[PoolFileHeader.Length];
        header.WriteTo(bytes);
        Append(bytes);
    }

    /// <summary>The bytes written so far.</summary>
    public long Length { get; private set; }

    /// <summary>Adds a block.</summary>
    public void Write(BlockKind kind, ReadOnlySpan<byte> payload)
    {
        _block.ResetWrittenCount();
        Block.Write(_block, kind, payload);
        Append(_block.WrittenSpan);
        _blocks++;
    }

    /// <summary>Ends the file, makes it durable and gives it its name.</summary>
    /// <param name="through">Its last LSN.</param>
    /// <param name="complete">Of a snapshot: the sequence from which on the state is exact.</param>
    /// <param name="keys">How many keys it holds.</param>
    /// <param name="entries">How many entries it holds.</param>
    public PoolFile Complete(Lsn through, ulong complete, ulong keys, ulong entries)
    {
        var checksum = _checksum;
        _block.ResetWrittenCount();
        new PoolFileEnd(through, complete, keys, entries, _blocks, checksum).WriteTo(_block);
        Append(_block.WrittenSpan);
        _file.Sync();
        _file.Dispose();
        _isDone = true;
        var made = new PoolFile(_header.Kind, _header.Partition, _header.After, through, complete, Length, checksum);
        _pool.Rename(_temporary, made.Name);
        _pool.SyncDirectory();
        return made;
    }

    /// <summary>Throws an unfinished file away.</summary>
    public void Dispose()
    {
        if (!_isDone)
        {
            _isDone = true;
            _file.Dispose();
            _pool.Delete(_temporary);
        }
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        _file.Write(Length, bytes);
        _checksum = Crc32C.Extend(_checksum, bytes);
        Length += bytes.Length;
    }
}
