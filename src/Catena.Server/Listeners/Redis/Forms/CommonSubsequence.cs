using System.Buffers;

namespace Catena.Server.Listeners.Redis.Forms;

/// <summary>A longest common subsequence of two values, the one that Redis finds, and where its runs lie.</summary>
/// <remarks>
/// By the table of the lengths for all pairs of prefixes, walked from its end: where two bytes are equal both are taken, and otherwise the
/// way leads to the greater neighbour, back in the second value where they are equal.
/// </remarks>
/// <param name="Bytes">The subsequence.</param>
/// <param name="Matches">Its runs, the last first.</param>
internal sealed record CommonSubsequence(byte[] Bytes, IReadOnlyList<CommonMatch> Matches)
{
    /// <summary>Finds it.</summary>
    /// <param name="left">The one value.</param>
    /// <param name="right">The other value.</param>
    /// <param name="maxTableBytes">The memory that the table may take.</param>
    /// <param name="found">The subsequence.</param>
    /// <returns>False where the table would be larger.</returns>
    public static bool TryFind(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, int maxTableBytes, out CommonSubsequence found)
    {
        found = new CommonSubsequence([], []);
        var width = right.Length + 1;
        var cells = (long)(left.Length + 1) * width;
        if (cells * sizeof(int) > maxTableBytes)
        {
            return false;
        }

        var table = ArrayPool<int>.Shared.Rent((int)cells);
        Fill(table, left, right);
        found = Walk(table, left, right);
        ArrayPool<int>.Shared.Return(table);
        return true;
    }

    private static void Fill(int[] table, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var width = right.Length + 1;
        Array.Clear(table, 0, width);
        for (var i = 1; i <= left.Length; i++)
        {
            var above = table.AsSpan((i - 1) * width, width);
            var row = table.AsSpan(i * width, width);
            row[0] = 0;
            for (var j = 1; j < width; j++)
            {
                row[j] = left[i - 1] == right[j - 1] ? above[j - 1] + 1 : Math.Max(above[j], row[j - 1]);
            }
        }
    }

    private static CommonSubsequence Walk(int[] table, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var width = right.Length + 1;
        var bytes = new byte[table[(left.Length * width) + right.Length]];
        var matches = new List<CommonMatch>();
        var (i, j, length, run) = (left.Length, right.Length, bytes.Length, 0);
        while (i > 0 && j > 0)
        {
            if (left[i - 1] == right[j - 1])
            {
                bytes[--length] = left[--i];
                j--;
                run++;
                continue;
            }

            EndRun();
            if (table[((i - 1) * width) + j] > table[(i * width) + j - 1])
            {
                i--;
            }
            else
            {
                j--;
            }
        }

        EndRun();
        return new CommonSubsequence(bytes, matches);

        void EndRun()
        {
            if (run > 0)
            {
                matches.Add(new CommonMatch(i, j, run));
                run = 0;
            }
        }
    }
}
