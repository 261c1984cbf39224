using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Catena.Storage.Devices;

/// <summary>Appends to one file at a time past the operating system's page cache: what is synced right away need not become pages there first, that are then looked up, written and cleaned. Source: open(2), O_DIRECT.</summary>
/// <remarks>
/// <para>
/// A direct write takes whole blocks, from memory that begins at one. So what is appended is copied behind what the last block held already, and zeros fill its block up: a block that is not full is
/// written again with the next append, with the same bytes at its front. Other writes and all reads of the file go through the page cache, which the system keeps in step.
/// </para>
/// <para>One thread at a time appends; files are closed on any, which wait for an append under way.</para>
/// </remarks>
internal sealed unsafe class DirectWriter : IDisposable
{
    /// <summary>What offset, length and memory of a direct write are multiples of: the largest logical block of common disks.</summary>
    internal const int BlockBytes = 4096;

    /// <summary>The most that is written at once, the zeros behind it aside.</summary>
    internal const int BufferBytes = 1 << 20;

    private const int InvalidArgument = 22;

    private readonly Lock _gate = new();
    private byte* _buffer;
    private SafeFileHandle? _file;
    private SafeFileHandle? _direct;
    private long _length;
    private long _end;
    private bool _isRefused;

    /// <summary>Appends to a file.</summary>
    /// <param name="file">The file, open for reading and writing.</param>
    /// <param name="offset">Where to; what the file holds from here on counts no more.</param>
    /// <param name="bytes">What.</param>
    /// <param name="zeros">How many zeros follow at least, fewer than a block.</param>
    /// <returns>False where it cannot be done by whole blocks, or not in this file system; then nothing was written.</returns>
    /// <exception cref="IOException">The disk refused.</exception>
    internal bool TryAppend(SafeFileHandle file, long offset, ReadOnlySpan<byte> bytes, int zeros)
    {
        lock (_gate)
        {
            return TryAppendHere(file, offset, bytes, zeros);
        }
    }

    /// <summary>Notes that something was appended in another way.</summary>
    internal void Skip() => _end = -1;

    /// <summary>Lets go of a file that is about to be closed.</summary>
    internal void Forget(SafeFileHandle file)
    {
        lock (_gate)
        {
            if (file == _file)
            {
                Dispose(ref _direct);
                _file = null;
            }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_gate)
        {
            Dispose(ref _direct);
            NativeMemory.AlignedFree(_buffer);
            _buffer = null;
        }
    }

    private static void Dispose(ref SafeFileHandle? handle)
    {
        handle?.Dispose();
        handle = null;
    }

    private static int RoundDown(int length) => length / BlockBytes * BlockBytes;

    private static long RoundUp(long length) => (length + BlockBytes - 1) / BlockBytes * BlockBytes;

    private bool TryAppendHere(SafeFileHandle file, long offset, ReadOnlySpan<byte> bytes, int zeros)
    {
        if (!TryOpen(file) || RoundUp(offset + bytes.Length + zeros) > _length)
        {
            return false;
        }

        var buffer = new Span<byte>(_buffer, BufferBytes + BlockBytes);
        var held = (int)(offset % BlockBytes);
        if (offset != _end && held > 0)
        {
            var read = RandomAccess.Read(file, buffer[..held], offset - held);
            buffer[read..held].Clear();
        }

        // Until all is written, nobody knows what the last block holds.
        _end = -1;
        for (var at = offset - held; ;)
        {
            var taken = Math.Min(bytes.Length, BufferBytes - held);
            bytes[..taken].CopyTo(buffer[held..]);
            bytes = bytes[taken..];
            held += taken;
            if (!TryWrite(at, buffer, held, bytes.IsEmpty ? zeros : 0))
            {
                return false;
            }

            if (bytes.IsEmpty)
            {
                _end = at + held;
                buffer[RoundDown(held)..held].CopyTo(buffer);
                return true;
            }

            at += held;
            held = 0;
        }
    }

    private bool TryOpen(SafeFileHandle file)
    {
        if (file != _file && !_isRefused)
        {
            Dispose(ref _direct);
            (_file, _end) = (file, -1);
            _direct = Platform.TryOpenDirect(file);
            _length = RandomAccess.GetLength(file);
            _isRefused = _direct is null;
            if (_buffer is null)
            {
                _buffer = (byte*)NativeMemory.AlignedAlloc(BufferBytes + BlockBytes, BlockBytes);
            }
        }

        return _direct is not null;
    }

    /// <summary>Writes what the buffer holds, and zeros to the end of the last block.</summary>
    private bool TryWrite(long at, Span<byte> buffer, int held, int zeros)
    {
        var whole = (int)RoundUp(held + zeros);
        buffer[held..whole].Clear();
        try
        {
            RandomAccess.Write(_direct!, buffer[..whole], at);
        }
        catch (IOException failure) when (failure.HResult == InvalidArgument)
        {
            // A file system that opens files so and then refuses, or wants larger blocks. Nothing was written; it is not asked again.
            _isRefused = true;
            Dispose(ref _direct);
            return false;
        }

        return true;
    }
}
