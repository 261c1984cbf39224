using System.Buffers.Text;
using System.Text;

namespace Catena.Cli.Bench;

/// <summary>The keys of a load's records, by number.</summary>
/// <remarks>
/// Plain keys are the prefix and the number. For scans, a thousand records that follow each other share a hash tag, and so lie in one partition, in the order of their numbers:
/// <c>{prefix12}0000012345</c>. A scan ends at the end of its thousand at the latest, since the protocols scan inside a tag only.
/// </remarks>
/// <param name="prefix">What keys begin with; at most 200 characters.</param>
/// <param name="isGrouped">Whether there will be scans.</param>
internal sealed class RecordKeys(string prefix, bool isGrouped)
{
    /// <summary>How many records share a hash tag.</summary>
    public const int GroupRecords = 1000;

    /// <summary>How long a key is at most.</summary>
    public const int MostBytes = 1024;

    private const int Digits = 10;

    private readonly byte[] _prefix = Encoding.UTF8.GetBytes(prefix);

    /// <summary>Writes the key of a record.</summary>
    /// <param name="buffer">Where to; at least <see cref="MostBytes" />.</param>
    /// <param name="record">Its number.</param>
    /// <returns>The key.</returns>
    public ReadOnlySpan<byte> Write(Span<byte> buffer, long record)
    {
        var length = 0;
        if (isGrouped)
        {
            buffer[length++] = (byte)'{';
        }

        _prefix.CopyTo(buffer[length..]);
        length += _prefix.Length;
        Utf8Formatter.TryFormat(isGrouped ? record / GroupRecords : record, buffer[length..], out var digits);
        length += digits;
        if (isGrouped)
        {
            buffer[length++] = (byte)'}';
            Utf8Formatter.TryFormat(record, buffer[length..], out digits, new('D', Digits));
            length += digits;
        }

        return buffer[..length];
    }

    /// <summary>How many records a scan from one can have at most.</summary>
    public static int LeftInGroup(long record) => GroupRecords - (int)(record % GroupRecords);
}
