using System.Buffers;
using System.Text;

namespace Catena.Protocols.Thrift;

/// <summary>Collects the fields of a message whose length is known only at its end, in their order.</summary>
/// <remarks>Not thread-safe.</remarks>
public abstract class ThriftFields
{
    private readonly ArrayBufferWriter<byte> _body = new();

    /// <summary>How many bytes have been collected.</summary>
    public int Length => _body.WrittenCount;

    /// <summary>Adds a boolean.</summary>
    public void Bool(short id, bool value)
    {
        var writer = new ThriftWriter(_body.GetSpan(ThriftWriter.BoolFieldBytes));
        writer.WriteBoolField(id, value);
        _body.Advance(writer.Written);
    }

    /// <summary>Adds a 32-bit integer.</summary>
    public void Int32(short id, int value)
    {
        var writer = new ThriftWriter(_body.GetSpan(ThriftWriter.FieldHeaderBytes + sizeof(int)));
        writer.WriteFieldHeader(ThriftType.Int32, id);
        writer.WriteInt32(value);
        _body.Advance(writer.Written);
    }

    /// <summary>Adds a 64-bit integer.</summary>
    public void Int64(short id, long value)
    {
        var writer = new ThriftWriter(_body.GetSpan(ThriftWriter.Int64FieldBytes));
        writer.WriteInt64Field(id, value);
        _body.Advance(writer.Written);
    }

    /// <summary>Adds bytes.</summary>
    public void Bytes(short id, ReadOnlySpan<byte> value)
    {
        var writer = new ThriftWriter(_body.GetSpan(ThriftWriter.FieldHeaderBytes + ThriftWriter.BytesBytes(value.Length)));
        writer.WriteBytesField(id, value);
        _body.Advance(writer.Written);
    }

    /// <summary>Adds a text.</summary>
    public void Text(short id, string value) => Bytes(id, Encoding.UTF8.GetBytes(value));

    /// <summary>Begins a struct, whose fields follow up to <see cref="Stop" />.</summary>
    public void Struct(short id)
    {
        var writer = new ThriftWriter(_body.GetSpan(ThriftWriter.FieldHeaderBytes));
        writer.WriteFieldHeader(ThriftType.Struct, id);
        _body.Advance(writer.Written);
    }

    /// <summary>Begins a list, of which exactly so many elements follow; a struct's are its fields up to <see cref="Stop" />.</summary>
    public void List(short id, ThriftType type, int count)
    {
        var writer = new ThriftWriter(_body.GetSpan(ThriftWriter.FieldHeaderBytes + ThriftWriter.ListHeaderBytes));
        writer.WriteFieldHeader(ThriftType.List, id);
        writer.WriteListHeader(type, count);
        _body.Advance(writer.Written);
    }

    /// <summary>Adds a text as an element of a list.</summary>
    public void Element(string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        var writer = new ThriftWriter(_body.GetSpan(ThriftWriter.BytesBytes(bytes.Length)));
        writer.WriteBytes(bytes);
        _body.Advance(writer.Written);
    }

    /// <summary>Ends a struct.</summary>
    public void Stop()
    {
        var writer = new ThriftWriter(_body.GetSpan(ThriftWriter.StopBytes));
        writer.WriteStop();
        _body.Advance(writer.Written);
    }

    /// <summary>Writes what was collected as a framed message.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="type">What the message is.</param>
    /// <param name="name">The method's name.</param>
    /// <param name="sequenceId">The call's number.</param>
    private protected void Write(IBufferWriter<byte> output, ThriftMessageType type, ReadOnlySpan<byte> name, int sequenceId)
    {
        ArgumentNullException.ThrowIfNull(output);
        var writer = new ThriftWriter(output.GetSpan(ThriftFrame.HeaderBytes + ThriftWriter.MessageHeaderBytes(name.Length)));
        writer.WriteFrameHeader(ThriftWriter.MessageHeaderBytes(name.Length) + _body.WrittenCount + ThriftWriter.StopBytes);
        writer.WriteMessageHeader(type, name, sequenceId);
        output.Advance(writer.Written);
        output.Write(_body.WrittenSpan);
        writer = new ThriftWriter(output.GetSpan(ThriftWriter.StopBytes));
        writer.WriteStop();
        output.Advance(writer.Written);
    }
}
