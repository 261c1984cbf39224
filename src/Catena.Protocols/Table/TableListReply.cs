using System.Buffers;

namespace Catena.Protocols.Table;

/// <summary>Collects the reply to getkeys or gettable, whose length stands before what it counts.</summary>
/// <remarks>
/// All of it must fit one reply; where it does not, the request is refused rather than answered in part. What was added is kept in a
/// pooled buffer, so this must be disposed. Not thread-safe.
/// </remarks>
public sealed class TableListReply : IDisposable
{
    private readonly bool _withValues;
    private byte[] _list = ArrayPool<byte>.Shared.Rent(TableFrame.MaxReplyBytes);
    private int _length;

    /// <summary>A reply without anything.</summary>
    /// <param name="withValues">Whether it is one to gettable, which has values.</param>
    public TableListReply(bool withValues) => _withValues = withValues;

    /// <summary>Adds a key.</summary>
    /// <param name="key">The key; the caller adds each key once.</param>
    /// <param name="value">Its value; not told where keys alone are asked for.</param>
    /// <returns>False, and nothing is added, if the reply would be longer than clients take.</returns>
    public bool TryAdd(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.Length > TableFrame.MaxReplyBytes || (_withValues && value.Length > TableFrame.MaxReplyBytes))
        {
            return false;
        }

        var entry = _withValues ? FieldBytes(key) + FieldBytes(value) : key.Length;
        var added = ProtobufWriter.BytesFieldBytes(entry);
        if (TableService.HeadBytes + _length + added > TableFrame.MaxReplyBytes)
        {
            return false;
        }

        var writer = new ProtobufWriter(_list.AsSpan(_length));
        if (!_withValues)
        {
            writer.WriteBytes(TableService.KeysField, key);
        }
        else
        {
            writer.WriteLength(TableService.EntriesField, entry);
            WriteField(ref writer, TableService.EntryKeyField, key);
            WriteField(ref writer, TableService.EntryValueField, value);
        }

        _length += writer.Written;
        return true;
    }

    /// <summary>Answers the request with what was added.</summary>
    /// <param name="output">Where to.</param>
    public void Write(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var (request, content) = _withValues ? (TableOpcode.GetTable, TableContent.Table) : (TableOpcode.GetKeys, TableContent.Keys);
        var head = TableService.Begin(output, TableService.HeadBytes + _length, request + 1, content);
        output.Advance(TableFrame.HeaderBytes + head.Written);
        output.Write(_list.AsSpan(0, _length));
    }

    /// <summary>Gives the buffer back; nothing may be added or written afterwards.</summary>
    public void Dispose()
    {
        if (_list.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_list);
            _list = [];
        }
    }

    private static int FieldBytes(ReadOnlySpan<byte> value) => value.IsEmpty ? 0 : ProtobufWriter.BytesFieldBytes(value.Length);

    private static void WriteField(ref ProtobufWriter writer, int field, ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty)
        {
            writer.WriteBytes(field, value);
        }
    }
}
