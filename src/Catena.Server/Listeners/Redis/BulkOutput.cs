using Catena.Protocols.Resp;
using Catena.Server.Routing;

namespace Catena.Server.Listeners.Redis;

/// <summary>Writes values as bulk strings straight to what a connection sends next.</summary>
internal sealed class BulkOutput : IValueOutput
{
    private PooledBuffer _output = null!;
    private RespVersion _version;
    private int _headerLength;

    /// <inheritdoc />
    public int Length => _output.Length;

    /// <summary>Writes there from now on.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="version">In which version.</param>
    public void Begin(PooledBuffer output, RespVersion version)
    {
        _output = output;
        _version = version;
    }

    /// <summary>Lets go of where it has written.</summary>
    public void End() => _output = null!;

    /// <inheritdoc />
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        var span = _output.GetSpan(RespWriter.LongestBulkFraming + sizeHint);
        _headerLength = RespWriter.FormatBulkHeader(span, sizeHint);
        return span.Slice(_headerLength, sizeHint);
    }

    /// <inheritdoc />
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        _ = GetSpan(sizeHint);
        return _output.GetMemory().Slice(_headerLength, sizeHint);
    }

    /// <inheritdoc />
    public void Advance(int count)
    {
        _output.Advance(_headerLength + count);
        _output.Append("\r\n"u8);
    }

    /// <inheritdoc />
    public void WriteMissing() => new RespWriter(_output, _version).WriteNull();

    /// <inheritdoc />
    public void Truncate(int length) => _output.Truncate(length);
}
