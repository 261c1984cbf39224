using Catena.ZooKeeper.Jute;
using Catena.ZooKeeper.Protocol;
using Catena.ZooKeeper.Tree;

namespace Catena.ZooKeeper.Server.Storage;

/// <summary>Applies a log file's transactions to a tree, up to a torn end; damage anywhere else is refused.</summary>
internal static class LogReplay
{
    /// <summary>Applies a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tree">Stands just before the file's first transaction.</param>
    /// <returns>The file's random number, where its last complete frame ends, and how many bytes of a torn one follow.</returns>
    /// <exception cref="CorruptStoreException">The file is damaged.</exception>
    public static (ulong Salt, long End, long Torn) Run(string path, ZnodeTree tree)
    {
        ReadOnlySpan<byte> file = File.ReadAllBytes(path);
        if (!LogFormat.TryReadFileHeader(file, out var salt, out var firstZxid) || firstZxid != tree.LastZxid + 1)
        {
            throw new CorruptStoreException(
                path, $"the header is damaged, or is not that of a log that begins with zxid 0x{tree.LastZxid + 1:x}");
        }

        var end = LogFormat.FileHeaderLength;
        while (LogFormat.TryReadFrame(file, salt, end, out var body))
        {
            Apply(path, tree, body);
            end = (int)LogFormat.Align(end + LogFormat.FrameHeaderLength + body.Length);
        }

        for (var later = end + LogFormat.Alignment; later < file.Length; later += LogFormat.Alignment)
        {
            if (LogFormat.TryReadFrame(file, salt, later, out _))
            {
                throw new CorruptStoreException(
                    path, $"the frame at {end} is damaged, and it is not a torn end: the one at {later} is complete");
            }
        }

        return (salt, Math.Min(end, file.Length), Math.Max(file.Length - end, 0));
    }

    private static void Apply(string path, ZnodeTree tree, ReadOnlySpan<byte> body)
    {
        var ignored = new List<WatchNotification>();
        var reader = new JuteReader(body);
        while (reader.Remaining > 0)
        {
            var transaction = TransactionCodec.Read(ref reader, out var zxid, out var time);
            if (transaction is null || !reader.IsValid || zxid != tree.LastZxid + 1)
            {
                throw new CorruptStoreException(path, $"what should be transaction 0x{tree.LastZxid + 1:x} is none");
            }

            var result = tree.Apply(transaction, time, ignored);
            if (result.Error != ErrorCode.Ok)
            {
                throw new CorruptStoreException(path, $"transaction 0x{zxid:x} does not fit what precedes it: {result.Error}");
            }
        }
    }
}
