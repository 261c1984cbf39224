using System.Buffers;
using Catena.Core.Primitives;

namespace Catena.Core.Data;

/// <summary>Writes results in the form that is common to all protocols, forwarded, and kept for retries.</summary>
public static class ResultWriter
{
    /// <summary>Writes "done".</summary>
    public static void WriteOk(IBufferWriter<byte> writer) => writer.WriteByte((byte)ResultKind.Ok);

    /// <summary>Writes "no value".</summary>
    public static void WriteNil(IBufferWriter<byte> writer) => writer.WriteByte((byte)ResultKind.Nil);

    /// <summary>Writes a number.</summary>
    public static void WriteInteger(IBufferWriter<byte> writer, long value)
    {
        writer.WriteByte((byte)ResultKind.Integer);
        writer.WriteInt64(value);
    }

    /// <summary>Writes a value and its version.</summary>
    public static void WriteValue(IBufferWriter<byte> writer, ReadOnlySpan<byte> value, Lsn version)
    {
        writer.WriteByte((byte)ResultKind.Value);
        writer.WriteLsn(version);
        writer.WriteString(value);
    }

    /// <summary>Writes the result of a read that may be out of date.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="milliseconds">By how much at most.</param>
    /// <param name="result">The encoded result itself: a value, or none.</param>
    public static void WriteAged(IBufferWriter<byte> writer, long milliseconds, ReadOnlySpan<byte> result)
    {
        writer.WriteByte((byte)ResultKind.Aged);
        writer.WriteInt64(milliseconds);
        writer.Write(result);
    }

    /// <summary>Writes the head of a list; exactly <paramref name="count" /> items follow.</summary>
    public static void WriteListStart(IBufferWriter<byte> writer, int count)
    {
        writer.WriteByte((byte)ResultKind.List);
        writer.WriteVarint((ulong)count);
    }

    /// <summary>Writes the head of a page; exactly <paramref name="count" /> items follow.</summary>
    public static void WritePageStart(IBufferWriter<byte> writer, int nextSlot, int count)
    {
        writer.WriteByte((byte)ResultKind.Page);
        writer.WriteVarint((ulong)nextSlot);
        writer.WriteVarint((ulong)count);
    }

    /// <summary>Writes an item of a list or page.</summary>
    public static void WriteItem(IBufferWriter<byte> writer, ReadOnlySpan<byte> value)
    {
        writer.WriteByte(1);
        writer.WriteString(value);
    }

    /// <summary>Writes an item of a list that has no value.</summary>
    public static void WriteNilItem(IBufferWriter<byte> writer) => writer.WriteByte(0);

    /// <summary>Writes the results of a transaction's commands.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="results">Each as a byte string.</param>
    public static void WriteResults(IBufferWriter<byte> writer, int count, ReadOnlySpan<byte> results)
    {
        writer.WriteByte((byte)ResultKind.Results);
        writer.WriteVarint((ulong)count);
        writer.Write(results);
    }

    /// <summary>Writes the head of what stands at some keys; exactly <paramref name="count" /> entries follow.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="position">The last entry of the log that the state has.</param>
    /// <param name="count">How many entries follow.</param>
    public static void WriteEntriesStart(IBufferWriter<byte> writer, Lsn position, int count)
    {
        writer.WriteByte((byte)ResultKind.Entries);
        writer.WriteVarint((ulong)count);
        writer.WriteLsn(position);
    }

    /// <summary>Writes what stands at a key.</summary>
    public static void WriteEntry(IBufferWriter<byte> writer, Lsn version, long expiry, ReadOnlySpan<byte> value)
    {
        writer.WriteByte(1);
        writer.WriteLsn(version);
        writer.WriteVarint((ulong)expiry);
        writer.WriteString(value);
    }

    /// <summary>Writes that nothing stands at a key.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="lastDeletion">When a key of its slot was last deleted, or later.</param>
    public static void WriteNoEntry(IBufferWriter<byte> writer, Lsn lastDeletion)
    {
        writer.WriteByte(0);
        writer.WriteLsn(lastDeletion);
    }

    /// <summary>Writes the head of what stands in a range; exactly <paramref name="count" /> keys follow (<see cref="WriteKey" />).</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="position">The last entry of the log that the state has.</param>
    /// <param name="lastDeletion">When a key of the range's slots was last deleted, or later.</param>
    /// <param name="next">The stored key to go on from; empty where the range has been seen to its end.</param>
    /// <param name="count">How many keys follow.</param>
    public static void WriteRangeStart(IBufferWriter<byte> writer, Lsn position, Lsn lastDeletion, ReadOnlySpan<byte> next, int count)
    {
        writer.WriteByte((byte)ResultKind.Range);
        writer.WriteLsn(position);
        writer.WriteLsn(lastDeletion);
        writer.WriteString(next);
        writer.WriteVarint((ulong)count);
    }

    /// <summary>Writes a key of a range and what stands there.</summary>
    public static void WriteKey(IBufferWriter<byte> writer, ReadOnlySpan<byte> storedKey, Lsn version, long expiry, ReadOnlySpan<byte> value)
    {
        writer.WriteString(storedKey);
        writer.WriteLsn(version);
        writer.WriteVarint((ulong)expiry);
        writer.WriteString(value);
    }

    /// <summary>Writes a refusal or failure.</summary>
    public static void WriteError(IBufferWriter<byte> writer, ErrorCode code, ReadOnlySpan<byte> text)
    {
        writer.WriteByte((byte)ResultKind.Error);
        writer.WriteByte((byte)code);
        writer.WriteString(text);
    }
}
