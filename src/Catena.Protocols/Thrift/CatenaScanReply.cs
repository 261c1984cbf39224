using System.Buffers;

namespace Catena.Protocols.Thrift;

/// <summary>Collects the answer to a scan, whose length and count stand before what they count.</summary>
/// <remarks>A page may hold fewer entries than were found, so what does not fit the frame is left for the next. Not thread-safe.</remarks>
public sealed class CatenaScanReply
{
    private const short ResultField = 0;
    private const short EntriesField = 1;
    private const short NextKeyField = 2;
    private const short KeyField = 1;
    private const short ValueField = 2;
    private const short VersionField = 3;
    private const short ExpiresAtField = 4;

    private readonly CatenaMethod _method;
    private readonly int _maxFrameBytes;
    private readonly ArrayBufferWriter<byte> _entries = new();

    /// <summary>A page without entries.</summary>
    /// <param name="method">Scan.</param>
    /// <param name="maxNextBytes">The longest key to go on from, for which room is kept.</param>
    /// <param name="maxFrameBytes">The longest frame that the client takes.</param>
    public CatenaScanReply(CatenaMethod method, int maxNextBytes, int maxFrameBytes = ThriftFrame.DefaultMaxBytes)
    {
        _method = method;
        _maxFrameBytes = maxFrameBytes - OverheadBytes - NextBytes(maxNextBytes);
    }

    /// <summary>How many entries there are.</summary>
    public int Count { get; private set; }

    /// <summary>The bytes of the frame beside the entries and the key to go on from.</summary>
    private int OverheadBytes => ThriftWriter.MessageHeaderBytes(CatenaService.NameOf(_method).Length)
        + (2 * ThriftWriter.FieldHeaderBytes) + ThriftWriter.ListHeaderBytes + (2 * ThriftWriter.StopBytes);

    /// <summary>Adds an entry.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <returns>False, and nothing is added, if the frame would be longer than the client takes.</returns>
    public bool TryAdd(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => TryAdd(key, value, default, 0);

    /// <summary>Adds an entry with what else is known of it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="version">The version; empty where it is not told.</param>
    /// <param name="expiresAt">When the key expires, in milliseconds since 1970 UTC; 0, which is not told, for never.</param>
    /// <returns>False, and nothing is added, if the frame would be longer than the client takes.</returns>
    public bool TryAdd(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, ReadOnlySpan<byte> version, long expiresAt)
    {
        var added = (2 * ThriftWriter.FieldHeaderBytes) + (long)ThriftWriter.BytesBytes(key.Length) + ThriftWriter.BytesBytes(value.Length)
            + (version.IsEmpty ? 0 : ThriftWriter.FieldHeaderBytes + ThriftWriter.BytesBytes(version.Length)) + (expiresAt == 0 ? 0 : ThriftWriter.Int64FieldBytes) + ThriftWriter.StopBytes;
        if (_entries.WrittenCount + added > _maxFrameBytes)
        {
            return false;
        }

        var writer = new ThriftWriter(_entries.GetSpan((int)added));
        writer.WriteBytesField(KeyField, key);
        writer.WriteBytesField(ValueField, value);
        if (!version.IsEmpty)
        {
            writer.WriteBytesField(VersionField, version);
        }

        if (expiresAt != 0)
        {
            writer.WriteInt64Field(ExpiresAtField, expiresAt);
        }

        writer.WriteStop();
        _entries.Advance(writer.Written);
        Count++;
        return true;
    }

    /// <summary>Answers the call with what was added.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="sequenceId">The call's number.</param>
    /// <param name="nextKey">The key to go on from; empty at the end.</param>
    public void Write(IBufferWriter<byte> output, int sequenceId, ReadOnlySpan<byte> nextKey)
    {
        ArgumentNullException.ThrowIfNull(output);
        var next = nextKey.IsEmpty ? 0 : NextBytes(nextKey.Length);
        var length = OverheadBytes + _entries.WrittenCount + next;
        var writer = new ThriftWriter(output.GetSpan(ThriftFrame.HeaderBytes + OverheadBytes));
        writer.WriteFrameHeader(length);
        writer.WriteMessageHeader(ThriftMessageType.Reply, CatenaService.NameOf(_method), sequenceId);
        writer.WriteFieldHeader(ThriftType.Struct, ResultField);
        writer.WriteFieldHeader(ThriftType.List, EntriesField);
        writer.WriteListHeader(ThriftType.Struct, Count);
        output.Advance(writer.Written);
        output.Write(_entries.WrittenSpan);
        writer = new ThriftWriter(output.GetSpan(next + (2 * ThriftWriter.StopBytes)));
        if (next > 0)
        {
            writer.WriteBytesField(NextKeyField, nextKey);
        }

        writer.WriteStop();
        writer.WriteStop();
        output.Advance(writer.Written);
    }

    private static int NextBytes(int length) => ThriftWriter.FieldHeaderBytes + ThriftWriter.BytesBytes(length);
}
