using System.Buffers;
using Catena.Core.Data;
using Catena.Protocols.Thrift;

namespace Catena.Server.Listeners.Thrift;

/// <summary>Pages of entries out of what stands in a range.</summary>
internal static class ScanPages
{
    /// <summary>Answers a scan of a range.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="method">The scan.</param>
    /// <param name="sequenceId">The call's number.</param>
    /// <param name="reader">The range.</param>
    /// <param name="maxFrameBytes">The longest frame.</param>
    /// <param name="tellsVersions">Whether versions and expiry times are told.</param>
    internal static void Write(IBufferWriter<byte> output, CatenaMethod method, int sequenceId, ResultReader reader, int maxFrameBytes, bool tellsVersions)
    {
        var page = new CatenaScanReply(method, LongestNext(reader), maxFrameBytes);
        var left = Add(page, ref reader, tellsVersions);
        if (left.IsEmpty || page.Count > 0)
        {
            var next = left.IsEmpty ? reader.Value : left;
            page.Write(output, sequenceId, next.IsEmpty ? default : StoredKey.Key(next));
        }
        else
        {
            CatenaService.WriteException(output, method, sequenceId, CatenaException.InvalidRequest, "the first value is longer than a frame may be"u8);
        }
    }

    /// <summary>Adds what stands in a range to a page.</summary>
    /// <returns>The first stored key that does not fit; empty where all do.</returns>
    internal static ReadOnlySpan<byte> Add(CatenaScanReply page, ref ResultReader reader, bool tellsVersions)
    {
        Span<byte> told = stackalloc byte[CatenaService.VersionBytes];
        for (var i = 0; i < reader.Count; i++)
        {
            var storedKey = reader.ReadKey(out var version, out var expiry, out var value);
            var isAdded = tellsVersions ? page.TryAdd(StoredKey.Key(storedKey), value, Versions.Write(told, version), expiry) : page.TryAdd(StoredKey.Key(storedKey), value);
            if (!isAdded)
            {
                return storedKey;
            }
        }

        return default;
    }

    private static int LongestNext(ResultReader reader)
    {
        var longest = reader.Value.Length;
        for (var i = 0; i < reader.Count; i++)
        {
            longest = Math.Max(longest, reader.ReadKey(out _, out _, out _).Length);
        }

        return Math.Max(longest - StoredKey.PrefixLength, 0);
    }
}
