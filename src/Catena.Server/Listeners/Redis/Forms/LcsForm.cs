using Catena.Core.Data;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;

namespace Catena.Server.Listeners.Redis.Forms;

/// <summary>The longest common subsequence of two values: LCS. For <see cref="ReadGathering" />, since it takes long.</summary>
/// <param name="options">What is told of it.</param>
/// <param name="maxValueBytes">The memory it may take, as in Redis the longest value.</param>
internal sealed class LcsForm(LcsOptions options, int maxValueBytes) : IReplyForm
{
    /// <inheritdoc />
    public void Write(RespWriter writer, ref ResultReader result)
    {
        result.ReadItem(out var left);
        result.ReadItem(out var right);
        if (!CommonSubsequence.TryFind(left, right, maxValueBytes, out var found))
        {
            writer.WriteError(RespErrors.LcsTooLong);
        }
        else if (options.WantsMatches)
        {
            WriteMatches(writer, found);
        }
        else if (options.WantsLength)
        {
            writer.WriteInteger(found.Bytes.Length);
        }
        else
        {
            writer.WriteBulk(found.Bytes);
        }
    }

    private void WriteMatches(RespWriter writer, CommonSubsequence found)
    {
        writer.WriteMapHeader(2);
        writer.WriteBulk("matches"u8);
        writer.WriteArrayHeader(found.Matches.Count(match => match.Length >= options.LeastMatch));
        foreach (var match in found.Matches.Where(match => match.Length >= options.LeastMatch))
        {
            writer.WriteArrayHeader(options.WithLengths ? 3 : 2);
            WriteRange(writer, match.Left, match.Length);
            WriteRange(writer, match.Right, match.Length);
            if (options.WithLengths)
            {
                writer.WriteInteger(match.Length);
            }
        }

        writer.WriteBulk("len"u8);
        writer.WriteInteger(found.Bytes.Length);
    }

    private static void WriteRange(RespWriter writer, int first, int length)
    {
        writer.WriteArrayHeader(2);
        writer.WriteInteger(first);
        writer.WriteInteger(first + length - 1);
    }
}
