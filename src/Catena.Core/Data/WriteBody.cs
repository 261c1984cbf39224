using System.Buffers;
using Catena.Core.Primitives;

namespace Catena.Core.Data;

/// <summary>The body of a <see cref="Replication.Log.EntryType.Write" /> entry: who asked, what changes, what was answered.</summary>
/// <remarks>
/// Origin u64; where it is not 0: incarnation, sequence and (sequence minus settled) as variable-length numbers, and the
/// result as a byte string; then the mutations up to the end: kind u8, key as a byte string and, for a put, expiry as a
/// variable-length number and the value as a byte string.
/// </remarks>
public static class WriteBody
{
    /// <summary>Writes what precedes the mutations.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="request">Who asked.</param>
    /// <param name="result">The encoded result, kept for retries.</param>
    public static void WriteStart(IBufferWriter<byte> writer, in RequestId request, ReadOnlySpan<byte> result)
    {
        writer.WriteUInt64(request.Origin);
        if (!request.IsRetryable)
        {
            return;
        }

        writer.WriteVarint(request.Incarnation);
        writer.WriteVarint(request.Sequence);
        writer.WriteVarint(request.Sequence - request.Settled);
        writer.WriteString(result);
    }

    /// <summary>Writes one mutation; they apply in the order in which they are written.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="mutation">The change.</param>
    public static void WriteMutation(IBufferWriter<byte> writer, in Mutation mutation)
    {
        writer.WriteByte((byte)mutation.Kind);
        writer.WriteString(mutation.Key);
        if (mutation.Kind == MutationKind.Put)
        {
            writer.WriteVarint((ulong)mutation.Expiry);
            writer.WriteString(mutation.Value);
        }
    }
}
