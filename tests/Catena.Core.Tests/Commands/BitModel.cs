using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Catena.Core.Data;

namespace Catena.Core.Tests.Commands;

/// <summary>Bits as a list of booleans, and numbers without a limit: what commands on bits mean, written from their documentation.</summary>
internal static class BitModel
{
    /// <summary>Carries operations out, one after the other.</summary>
    /// <param name="value">The value, long enough for all that write.</param>
    /// <param name="operations">The operations.</param>
    internal static (string Value, List<string> Answers) Run(string value, BitFieldOperation[] operations)
    {
        var bits = BitsOf(value);
        var answers = new List<string>();
        foreach (var operation in operations)
        {
            var present = Read(bits, operation);
            if (operation.Action == BitFieldAction.Get)
            {
                answers.Add(Text(present));
                continue;
            }

            var given = operation.IsSigned || operation.Action == BitFieldAction.Add ? operation.Number : (BigInteger)(ulong)operation.Number;
            var wanted = operation.Action == BitFieldAction.Add ? present + given : given;
            if (!TryFit(wanted, operation, out var fitting))
            {
                answers.Add("nil");
                continue;
            }

            Write(bits, operation, fitting);
            answers.Add(Text(operation.Action == BitFieldAction.Add ? fitting : present));
        }

        return (ValueOf(bits), answers);
    }

    /// <summary>Combines values.</summary>
    /// <param name="bitOperator">How.</param>
    /// <param name="values">The values.</param>
    internal static string Combine(BitOperator bitOperator, string[] values)
    {
        var lists = values.Select(value => BitsOf(value.PadRight(values.Max(other => other.Length), '\0'))).ToList();
        var combined = lists[0].Select((_, index) =>
        {
            var set = lists.Count(bits => bits[index]);
            return bitOperator switch
            {
                BitOperator.And => set == lists.Count,
                BitOperator.Or => set > 0,
                BitOperator.Xor => set % 2 == 1,
                _ => set == 0,
            };
        });
        return ValueOf([.. combined]);
    }

    private static List<bool> BitsOf(string value) =>
        [.. value.SelectMany(one => Enumerable.Range(0, 8).Select(bit => (one >> (7 - bit) & 1) == 1))];

    private static string ValueOf(List<bool> bits) =>
        string.Concat(bits.Chunk(8).Select(eight => (char)eight.Aggregate(0, (sum, bit) => (sum * 2) + (bit ? 1 : 0))));

    private static BigInteger Read(List<bool> bits, BitFieldOperation operation)
    {
        var number = BigInteger.Zero;
        for (var bit = operation.Offset; bit <= operation.LastBit; bit++)
        {
            number = (number * 2) + (bit < bits.Count && bits[(int)bit] ? 1 : 0);
        }

        var half = BigInteger.Pow(2, operation.Width - 1);
        return operation.IsSigned && number >= half ? number - (2 * half) : number;
    }

    private static void Write(List<bool> bits, BitFieldOperation operation, BigInteger number)
    {
        for (var index = 0; index < operation.Width; index++)
        {
            bits[(int)(operation.LastBit - index)] = !((number >> index) % 2).IsZero;
        }
    }

    private static bool TryFit(BigInteger wanted, BitFieldOperation operation, out BigInteger fitting)
    {
        var range = BigInteger.Pow(2, operation.Width);
        var least = operation.IsSigned ? -range / 2 : 0;
        var most = least + range - 1;
        fitting = wanted;
        if (wanted >= least && wanted <= most)
        {
            return true;
        }

        var wrapped = (((wanted - least) % range) + range) % range;
        fitting = operation.Overflow == BitFieldOverflow.Saturate ? BigInteger.Clamp(wanted, least, most) : wrapped + least;
        return operation.Overflow != BitFieldOverflow.Fail;
    }

    private static string Text(BigInteger number)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, (long)number);
        return Encoding.Latin1.GetString(bytes);
    }
}
