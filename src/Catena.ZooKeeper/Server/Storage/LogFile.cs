using System.Security.Cryptography;
using Catena.ZooKeeper.Jute;
using Microsoft.Win32.SafeHandles;

namespace Catena.ZooKeeper.Server.Storage;

/// <summary>
/// The log file that is being written: its space is set aside when it is made, so that writing it does not meet a full disk.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class LogFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly ulong _salt;
    private readonly long _capacity;
    private readonly JuteWriter _frame = new();
    private long _end;

    private LogFile(SafeFileHandle handle, ulong salt, long end, long capacity)
    {
        _handle = handle;
        _salt = salt;
        _end = end;
        _capacity = capacity;
    }

    /// <summary>Makes a new, empty log.</summary>
    /// <param name="path">Its name.</param>
    /// <param name="firstZxid">The first transaction that it is for.</param>
    /// <param name="capacity">How many bytes are set aside.</param>
    /// <exception cref="IOException">There is no room for it, or the system refused otherwise; nothing is left behind.</exception>
    public static LogFile Create(string path, long firstZxid, long capacity)
    {
        var temporary = path + StoreFiles.TemporarySuffix;
        File.Delete(temporary);
        var handle = File.OpenHandle(
            temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, FileOptions.None, capacity);
        try
        {
            Span<byte> header = stackalloc byte[LogFormat.FileHeaderLength];
            var salt = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
            LogFormat.WriteFileHeader(header, salt, firstZxid);
            RandomAccess.Write(handle, header, 0);
            RandomAccess.FlushToDisk(handle);
            StoreFiles.Publish(path);
            return new LogFile(handle, salt, LogFormat.FileHeaderLength, capacity);
        }
        catch
        {
            handle.Dispose();
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Goes on with a log that was recovered.</summary>
    /// <param name="path">Its name.</param>
    /// <param name="salt">Its random number.</param>
    /// <param name="end">Where its last complete frame ends; what follows is cut off.</param>
    public static LogFile Continue(string path, ulong salt, long end)
    {
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
        if (RandomAccess.GetLength(handle) > end)
        {
            RandomAccess.SetLength(handle, end);
            RandomAccess.FlushToDisk(handle);
        }

        return new LogFile(handle, salt, LogFormat.Align(end), capacity: 0);
    }

    /// <summary>Whether transactions were added since the last flush.</summary>
    public bool IsDirty => _frame.Length > 0;

    /// <summary>Whether there is room for a transaction behind those that wait.</summary>
    /// <param name="length">The transaction's length.</param>
    public bool HasRoom(int length) =>
        _end + LogFormat.FrameHeaderLength + LogFormat.Align((long)_frame.Length + length) <= _capacity;

    /// <summary>Adds a transaction to the frame that the next flush writes.</summary>
    /// <param name="transaction">Its bytes.</param>
    public void Append(ReadOnlySpan<byte> transaction) => _frame.Raw(transaction);

    /// <summary>Writes what waits and makes it durable.</summary>
    /// <param name="flush">Makes the file's bytes durable.</param>
    /// <exception cref="IOException">The system refused; what is on disk is unknown, and the process must not go on.</exception>
    public void Flush(Action<SafeFileHandle> flush)
    {
        Span<byte> header = stackalloc byte[LogFormat.FrameHeaderLength];
        LogFormat.WriteFrameHeader(header, _salt, _end, _frame.Written);
        RandomAccess.Write(_handle, _frame.Written, _end + header.Length);
        RandomAccess.Write(_handle, header, _end);
        flush(_handle);
        _end = LogFormat.Align(_end + header.Length + _frame.Length);
        _frame.Clear();
    }

    /// <inheritdoc />
    public void Dispose() => _handle.Dispose();
}
