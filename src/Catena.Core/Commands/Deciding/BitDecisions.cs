using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using Catena.Core.Data;
using Catena.Core.Primitives;

namespace Catena.Core.Commands.Deciding;

/// <summary>Commands that change bits.</summary>
internal static class BitDecisions
{
    internal static void EditBits(Decision decision, in Command command)
    {
        if (!TryMeasure(command.Items, out var count, out var lastBit))
        {
            decision.Refuse(ErrorCode.BadRequest, "the list of operations on bits is malformed"u8);
            return;
        }

        if (lastBit >> 3 >= decision.MaxValueBytes)
        {
            decision.RefuseLength();
            return;
        }

        // As in Redis the value grows to hold every field that is written, even where an overflow then leaves the field as it is.
        var exists = decision.Find(command.Key);
        var edited = decision.EditOld(Math.Max(decision.Old.Length, (int)(lastBit >> 3) + 1));
        ResultWriter.WriteListStart(decision.Result, count);
        Span<byte> number = stackalloc byte[sizeof(long)];
        var reader = new ByteReader(command.Items);
        for (var index = 0; index < count; index++)
        {
            if (BitFields.Run(edited, BitFieldOperation.Read(ref reader), out var answer))
            {
                BinaryPrimitives.WriteInt64LittleEndian(number, answer);
                ResultWriter.WriteItem(decision.Result, number);
            }
            else
            {
                ResultWriter.WriteNilItem(decision.Result);
            }
        }

        if (lastBit >= 0 && (!exists || !edited.SequenceEqual(decision.Old)))
        {
            decision.Put(command.Key, edited, decision.OldExpiry);
        }
    }

    internal static void CombineBits(Decision decision, in Command command)
    {
        var bitOperator = (BitOperator)Math.Clamp(command.Number, 0, byte.MaxValue);
        var sources = PackedList.Count(command.Items);
        if (!Enum.IsDefined(bitOperator) || sources == 0 || (bitOperator == BitOperator.Not && sources != 1))
        {
            decision.Refuse(ErrorCode.BadRequest, "there is no such operation on bits"u8);
            return;
        }

        var combined = Combine(decision, command.Items, bitOperator);
        decision.Answer(combined.Length);
        if (!combined.IsEmpty)
        {
            decision.Put(command.Key, combined, 0);
        }
        else if (decision.Find(command.Key))
        {
            decision.Delete(command.Key);
        }
    }

    private static Span<byte> Combine(Decision decision, ReadOnlySpan<byte> items, BitOperator bitOperator)
    {
        Span<byte> combined = default;
        var isFirst = true;
        foreach (var key in new PackedList(items))
        {
            decision.Find(key);
            var value = decision.Old;
            combined = decision.Scratch(combined.Length, Math.Max(combined.Length, value.Length));
            if (isFirst)
            {
                value.CopyTo(combined);
                isFirst = false;
                continue;
            }

            // A shorter one goes on with zeros.
            Merge(combined[..value.Length], value, bitOperator);
            if (bitOperator == BitOperator.And)
            {
                combined[value.Length..].Clear();
            }
        }

        if (bitOperator == BitOperator.Not)
        {
            foreach (ref var one in combined)
            {
                one = (byte)~one;
            }
        }

        return combined;
    }

    private static void Merge(Span<byte> into, ReadOnlySpan<byte> value, BitOperator bitOperator)
    {
        var vectors = MemoryMarshal.Cast<byte, Vector<byte>>(into);
        var others = MemoryMarshal.Cast<byte, Vector<byte>>(value);
        for (var index = 0; index < vectors.Length; index++)
        {
            vectors[index] = bitOperator switch
            {
                BitOperator.And => vectors[index] & others[index],
                BitOperator.Or => vectors[index] | others[index],
                _ => vectors[index] ^ others[index],
            };
        }

        for (var index = vectors.Length * Vector<byte>.Count; index < into.Length; index++)
        {
            into[index] = (byte)(bitOperator switch
            {
                BitOperator.And => into[index] & value[index],
                BitOperator.Or => into[index] | value[index],
                _ => into[index] ^ value[index],
            });
        }
    }

    private static bool TryMeasure(ReadOnlySpan<byte> items, out int count, out long lastBit)
    {
        count = 0;
        lastBit = -1;
        var reader = new ByteReader(items);
        while (reader.IsValid && !reader.IsAtEnd)
        {
            var operation = BitFieldOperation.Read(ref reader);
            count++;
            if (operation.IsWrite)
            {
                lastBit = Math.Max(lastBit, operation.LastBit);
            }
        }

        return reader.IsValid;
    }
}
