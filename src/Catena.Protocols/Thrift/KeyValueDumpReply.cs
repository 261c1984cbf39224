using System.Buffers;

namespace Catena.Protocols.Thrift;

/// <summary>Collects the answer to dump, whose length and count stand before what they count.</summary>
/// <remarks>
/// The whole map must fit one frame; where it does not, the call is refused rather than answered in part. The entries are
/// kept in a pooled buffer, so this must be disposed. Not thread-safe.
/// </remarks>
public sealed class KeyValueDumpReply : IDisposable
{
    private const int FirstBufferBytes = 4096;

    private readonly int _maxFrameBytes;
    private byte[] _entries = ArrayPool<byte>.Shared.Rent(FirstBufferBytes);
    private int _length;
    private int _count;

    /// <summary>An answer without entries.</summary>
    /// <param name="maxFrameBytes">The longest frame that the client takes.</param>
    public KeyValueDumpReply(int maxFrameBytes = ThriftFrame.DefaultMaxBytes) => _maxFrameBytes = maxFrameBytes;

    /// <summary>The bytes of the frame beside the entries.</summary>
    private static int OverheadBytes =>
        ThriftWriter.MessageHeaderBytes(4) + ThriftWriter.FieldHeaderBytes + ThriftWriter.MapHeaderBytes + ThriftWriter.StopBytes;

    /// <summary>Adds an entry.</summary>
    /// <param name="key">The key; the caller adds each key once.</param>
    /// <param name="value">The value.</param>
    /// <returns>False, and nothing is added, if the frame would be longer than the client takes.</returns>
    public bool TryAdd(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var added = ThriftWriter.BytesBytes(key.Length) + (long)ThriftWriter.BytesBytes(value.Length);
        if (OverheadBytes + _length + added > _maxFrameBytes)
        {
            return false;
        }

        Reserve(_length + (int)added);
        var writer = new ThriftWriter(_entries.AsSpan(_length));
        writer.WriteBytes(key);
        writer.WriteBytes(value);
        _length += writer.Written;
        _count++;
        return true;
    }

    /// <summary>Answers the call with what was added.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="sequenceId">The call's number.</param>
    public void Write(IBufferWriter<byte> output, int sequenceId)
    {
        ArgumentNullException.ThrowIfNull(output);
        var name = KeyValueService.NameOf(KeyValueMethod.Dump);
        var header = ThriftFrame.HeaderBytes + OverheadBytes - ThriftWriter.StopBytes;
        var writer = new ThriftWriter(output.GetSpan(header));
        writer.WriteFrameHeader(OverheadBytes + _length);
        writer.WriteMessageHeader(ThriftMessageType.Reply, name, sequenceId);
        writer.WriteFieldHeader(ThriftType.Map, 0);
        writer.WriteMapHeader(ThriftType.Bytes, ThriftType.Bytes, _count);
        output.Advance(writer.Written);
        output.Write(_entries.AsSpan(0, _length));
        output.Write([(byte)ThriftType.Stop]);
    }

    /// <summary>Gives the buffer back; nothing may be added or written afterwards.</summary>
    public void Dispose()
    {
        if (_entries.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_entries);
            _entries = [];
        }
    }

    private void Reserve(int length)
    {
        if (length <= _entries.Length)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(length, (int)Math.Min(_entries.Length * 2L, Array.MaxLength)));
        _entries.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_entries);
        _entries = larger;
    }
}
