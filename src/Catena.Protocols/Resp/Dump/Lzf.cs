namespace Catena.Protocols.Resp.Dump;

/// <summary>The LZF compression of strings in dumped values.</summary>
/// <remarks>
/// <para>
/// A compressed text is a row of pieces. A first byte below 32 announces that many bytes and one more as they are. Any other is a
/// reference backwards: its upper three bits are the length less two, and seven means that a further byte is to be added; its lower five
/// bits and the last byte are the distance less one.
/// </para>
/// <para>
/// Which references are found is the compressor's choice. Here the choices are those of Redis's: a hash table of the last place of each
/// three bytes, entered at every literal and at the last two bytes of every reference. So the same value gives the same bytes.
/// </para>
/// </remarks>
public static class Lzf
{
    private const int HashBits = 16;
    private const int MaxLiterals = 32;
    private const int MaxDistance = 1 << 13;
    private const int MaxReference = 264;
    private const int UnlimitedMatch = 16;

    [ThreadStatic]
    private static int[]? _places;

    /// <summary>Compresses a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="output">Takes the compressed form; its length is the most that is worth having.</param>
    /// <returns>The length of the compressed form; 0 where it would be longer.</returns>
    public static int Compress(ReadOnlySpan<byte> text, Span<byte> output)
    {
        if (text.IsEmpty || output.IsEmpty)
        {
            return 0;
        }

        // Place 0 stands for none; the text's first byte is never referred to.
        var places = _places ??= new int[1 << HashBits];
        Array.Clear(places);
        var (at, to, literals) = (0, 1, 0);
        while (at < text.Length - 2)
        {
            var known = Enter(places, text, at);
            if (!IsMatch(text, known, at))
            {
                if (to >= output.Length)
                {
                    return 0;
                }

                output[to++] = text[at++];
                EndFullRun(output, ref to, ref literals);
                continue;
            }

            EndRun(output, ref to, literals);
            literals = 0;
            if (to + 4 >= output.Length)
            {
                return 0;
            }

            var length = MatchLength(text, known, at);
            to += WriteReference(output[to..], at - known - 1, length) + 1;
            at += length;
            if (at < text.Length - 2)
            {
                Enter(places, text, at - 2);
                Enter(places, text, at - 1);
            }
        }

        if (to + 3 > output.Length)
        {
            return 0;
        }

        while (at < text.Length)
        {
            output[to++] = text[at++];
            EndFullRun(output, ref to, ref literals);
        }

        EndRun(output, ref to, literals);
        return to;
    }

    /// <summary>Restores a text.</summary>
    /// <param name="compressed">The compressed form.</param>
    /// <param name="text">Takes the text, and has exactly its length.</param>
    /// <returns>False where the compressed form is malformed or the text has another length.</returns>
    public static bool TryDecompress(ReadOnlySpan<byte> compressed, Span<byte> text)
    {
        var (at, to) = (0, 0);
        while (at < compressed.Length)
        {
            int control = compressed[at++];
            if (control < MaxLiterals)
            {
                if (compressed.Length - at < control + 1 || text.Length - to < control + 1)
                {
                    return false;
                }

                compressed.Slice(at, control + 1).CopyTo(text[to..]);
                at += control + 1;
                to += control + 1;
                continue;
            }

            var length = (control >> 5) + 2;
            if (compressed.Length - at < (length == 9 ? 2 : 1))
            {
                return false;
            }

            length += length == 9 ? compressed[at++] : 0;
            var from = to - ((control & 0x1f) << 8) - compressed[at++] - 1;
            if (from < 0 || text.Length - to < length)
            {
                return false;
            }

            // Byte by byte, since a reference may reach into what it makes.
            for (var end = to + length; to < end; to++)
            {
                text[to] = text[from++];
            }
        }

        return to == text.Length;
    }

    private static int Enter(int[] places, ReadOnlySpan<byte> text, int at)
    {
        var three = (uint)((text[at] << 16) | (text[at + 1] << 8) | text[at + 2]);
        ref var place = ref places[((three >> (24 - HashBits)) - (three * 5)) & ((1 << HashBits) - 1)];
        var known = place;
        place = at;
        return known;
    }

    private static bool IsMatch(ReadOnlySpan<byte> text, int known, int at) =>
        known > 0
        && at - known - 1 < MaxDistance
        && text.Slice(known, 3).SequenceEqual(text.Slice(at, 3));

    private static int MatchLength(ReadOnlySpan<byte> text, int known, int at)
    {
        // Redis tests the first bytes in one go and looks at the limit only after them, so that a length may exceed it by a little.
        var most = Math.Min(text.Length - at - 2, MaxReference);
        var length = 3;
        while (most > UnlimitedMatch && length <= UnlimitedMatch + 2)
        {
            if (text[known + length] != text[at + length])
            {
                return length;
            }

            length++;
        }

        while (length < most && text[known + length] == text[at + length])
        {
            length++;
        }

        return length;
    }

    private static int WriteReference(Span<byte> output, int distance, int length)
    {
        var written = 0;
        output[written++] = (byte)((distance >> 8) | (Math.Min(length - 2, 7) << 5));
        if (length - 2 >= 7)
        {
            output[written++] = (byte)(length - 9);
        }

        output[written++] = (byte)distance;
        return written;
    }

    /// <summary>Writes the length of the run before its bytes, or takes back the place for it where the run is empty.</summary>
    private static void EndRun(Span<byte> output, ref int to, int literals)
    {
        if (literals == 0)
        {
            to--;
        }
        else
        {
            output[to - literals - 1] = (byte)(literals - 1);
        }
    }

    private static void EndFullRun(Span<byte> output, ref int to, ref int literals)
    {
        if (++literals == MaxLiterals)
        {
            output[to - MaxLiterals - 1] = MaxLiterals - 1;
            literals = 0;
            to++;
        }
    }
}
