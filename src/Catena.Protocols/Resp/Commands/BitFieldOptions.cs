using System.Text;
using Catena.Core.Data;

namespace Catena.Protocols.Resp.Commands;

/// <summary>The arguments of BITFIELD and BITFIELD_RO after the key: operations on fields of bits.</summary>
/// <param name="Operations">The operations, each with the overflow rule that holds for it.</param>
/// <param name="IsWrite">Whether any may change the value.</param>
public readonly record struct BitFieldOptions(IReadOnlyList<BitFieldOperation> Operations, bool IsWrite)
{
    /// <summary>Reads the arguments of a request that has a key.</summary>
    /// <param name="request">The request.</param>
    /// <param name="readsOnly">Whether the command is BITFIELD_RO, which only takes GET.</param>
    /// <param name="maxValueBytes">The longest value; fields begin inside.</param>
    /// <param name="options">The operations.</param>
    /// <param name="error">The error to answer, if the result is false.</param>
    public static bool TryParse(
        RespRequest request, bool readsOnly, int maxValueBytes, out BitFieldOptions options, out ReadOnlySpan<byte> error)
    {
        options = default;
        var operations = new List<BitFieldOperation>((request.Count - 2) / 3);
        var overflow = BitFieldOverflow.Wrap;
        var isWrite = false;
        var at = 2;
        while (at < request.Count)
        {
            var left = request.Count - at - 1;
            if (left >= 1 && Ascii.EqualsIgnoreCase(request[at], "OVERFLOW"u8))
            {
                if (!TryParseOverflow(request[at + 1], out overflow))
                {
                    error = RespErrors.InvalidOverflow;
                    return false;
                }

                at += 2;
                continue;
            }

            var action = ActionOf(request[at]);
            var taken = action == BitFieldAction.Get ? 2 : 3;
            if (action == default || left < taken)
            {
                error = RespErrors.Syntax;
                return false;
            }

            if (!TryParseOperation(request, at, action, overflow, maxValueBytes, out var operation, out error))
            {
                return false;
            }

            operations.Add(operation);
            isWrite |= operation.IsWrite;
            at += 1 + taken;
        }

        error = readsOnly && isWrite ? RespErrors.BitFieldReadsOnly : default;
        options = new BitFieldOptions(operations, isWrite);
        return error.IsEmpty;
    }

    private static bool TryParseOperation(
        RespRequest request,
        int at,
        BitFieldAction action,
        BitFieldOverflow overflow,
        int maxValueBytes,
        out BitFieldOperation operation,
        out ReadOnlySpan<byte> error)
    {
        operation = default;
        var type = request[at + 1];
        var isSigned = type.StartsWith("i"u8);

        // As in Redis the number of bits ends at a NUL.
        var end = type.IndexOf((byte)0);
        var digits = type.IsEmpty ? type : type[1..(end < 0 ? type.Length : Math.Max(end, 1))];
        if ((!isSigned && !type.StartsWith("u"u8))
            || !RedisInteger.TryParse(digits, out var width)
            || width < 1
            || width > (isSigned ? 64 : 63))
        {
            error = RespErrors.InvalidBitFieldType;
            return false;
        }

        if (!BitOffset.TryParse(request[at + 2], (int)width, maxValueBytes, out var offset))
        {
            error = RespErrors.BitOffset;
            return false;
        }

        long number = 0;
        if (action != BitFieldAction.Get && !RedisInteger.TryParse(request[at + 3], out number))
        {
            error = RespErrors.NotAnInteger;
            return false;
        }

        error = default;
        operation = new BitFieldOperation(action, overflow, isSigned, (int)width, offset, number);
        return true;
    }

    private static BitFieldAction ActionOf(ReadOnlySpan<byte> word) =>
        Ascii.EqualsIgnoreCase(word, "GET"u8) ? BitFieldAction.Get
        : Ascii.EqualsIgnoreCase(word, "SET"u8) ? BitFieldAction.Set
        : Ascii.EqualsIgnoreCase(word, "INCRBY"u8) ? BitFieldAction.Add
        : default;

    private static bool TryParseOverflow(ReadOnlySpan<byte> word, out BitFieldOverflow overflow)
    {
        overflow = Ascii.EqualsIgnoreCase(word, "WRAP"u8) ? BitFieldOverflow.Wrap
            : Ascii.EqualsIgnoreCase(word, "SAT"u8) ? BitFieldOverflow.Saturate
            : Ascii.EqualsIgnoreCase(word, "FAIL"u8) ? BitFieldOverflow.Fail
            : default;
        return overflow != default;
    }
}
