using System.Buffers;
using System.Text;
using Catena.Core.Primitives;

namespace Catena.Server.Backups;

/// <summary>What an answer ends with that cannot be completed; also the body, as JSON, of one that cannot begin.</summary>
/// <remarks>Code and reason, each as a byte string of UTF-8.</remarks>
/// <param name="Code">One of <see cref="FailureCodes" />.</param>
/// <param name="Reason">For people.</param>
public sealed record StreamFailure(string Code, string Reason)
{
    /// <summary>Writes it as a block.</summary>
    public void WriteTo(IBufferWriter<byte> writer)
    {
        var payload = new ArrayBufferWriter<byte>(64);
        payload.WriteString(Encoding.UTF8.GetBytes(Code));
        payload.WriteString(Encoding.UTF8.GetBytes(Reason));
        Block.Write(writer, BlockKind.Failure, payload.WrittenSpan);
    }

    /// <summary>Reads a block's payload.</summary>
    /// <exception cref="InvalidDataException">It is malformed.</exception>
    public static StreamFailure Read(ReadOnlySpan<byte> payload)
    {
        var reader = new ByteReader(payload);
        var failure = new StreamFailure(Encoding.UTF8.GetString(reader.ReadString()), Encoding.UTF8.GetString(reader.ReadString()));
        return reader.IsAtEnd ? failure : throw new InvalidDataException("the end of an answer is malformed");
    }
}
