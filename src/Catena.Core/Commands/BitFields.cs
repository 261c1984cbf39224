using Catena.Core.Data;

namespace Catena.Core.Commands;

/// <summary>Integers of any width at any bit of a value, as Redis' BITFIELD reads and writes them.</summary>
public static class BitFields
{
    /// <summary>Reads a field; bits past the end of the value are zeros.</summary>
    /// <param name="value">The value.</param>
    /// <param name="operation">Says where the field is.</param>
    public static long Read(ReadOnlySpan<byte> value, in BitFieldOperation operation)
    {
        ulong bits = 0;
        var offset = operation.Offset;
        var left = operation.Width;
        while (left > 0)
        {
            // The part of the field that lies in one byte.
            var skipped = (int)(offset & 7);
            var taken = Math.Min(8 - skipped, left);
            var whole = offset >> 3 < value.Length ? value[(int)(offset >> 3)] : 0;
            var part = (whole >> (8 - skipped - taken)) & ((1 << taken) - 1);
            bits = (bits << taken) | (uint)part;
            offset += taken;
            left -= taken;
        }

        return operation.IsSigned ? SignExtended(bits, operation.Width) : (long)bits;
    }

    /// <summary>Carries one operation out.</summary>
    /// <param name="value">The value; it holds the whole field where the operation writes.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="answer">What it answers.</param>
    /// <returns>False where the number did not fit and the field was left as it was.</returns>
    public static bool Run(Span<byte> value, in BitFieldOperation operation, out long answer)
    {
        answer = Read(value, operation);
        if (!operation.IsWrite)
        {
            return true;
        }

        // Every sum of two 64-bit numbers fits 128 bits, so that overflow is a mere comparison. Set takes an unsigned field's number as
        // its 64 bits are, as Redis does.
        var wanted = operation.Action == BitFieldAction.Add ? (Int128)answer + operation.Number
            : operation.IsSigned ? operation.Number
            : (Int128)(ulong)operation.Number;
        var (least, most) = operation.IsSigned
            ? (-(Int128.One << (operation.Width - 1)), (Int128.One << (operation.Width - 1)) - 1)
            : (Int128.Zero, (Int128.One << operation.Width) - 1);
        if (wanted < least || wanted > most)
        {
            switch (operation.Overflow)
            {
                case BitFieldOverflow.Fail:
                    return false;
                case BitFieldOverflow.Saturate:
                    wanted = wanted < least ? least : most;
                    break;
            }
        }

        Write(value, operation, unchecked((ulong)wanted));
        answer = operation.Action == BitFieldAction.Add ? Read(value, operation) : answer;
        return true;
    }

    private static void Write(Span<byte> value, in BitFieldOperation operation, ulong bits)
    {
        var offset = operation.Offset;
        var left = operation.Width;
        while (left > 0)
        {
            var skipped = (int)(offset & 7);
            var taken = Math.Min(8 - skipped, left);
            var shift = 8 - skipped - taken;
            var mask = ((1 << taken) - 1) << shift;
            var part = (int)(bits >> (left - taken)) << shift;
            ref var whole = ref value[(int)(offset >> 3)];
            whole = (byte)((whole & ~mask) | (part & mask));
            offset += taken;
            left -= taken;
        }
    }

    private static long SignExtended(ulong bits, int width) => (long)(bits << (64 - width)) >> (64 - width);
}
