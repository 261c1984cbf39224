namespace Catena.Protocols.Resp;

/// <summary>How much a peer may make a reader hold; what goes beyond is a protocol error before it is read.</summary>
/// <remarks>
/// The defaults are those of Redis, except that the overall bound keeps one message within one contiguous buffer. None of
/// these sizes is ever allocated because a peer announced it: a reader's memory grows with the bytes that have arrived.
/// </remarks>
public sealed record RespLimits
{
    /// <summary>The limits that hold where nothing else is configured.</summary>
    public static RespLimits Default { get; } = new();

    /// <summary>What a peer may send before it has told the password: as Redis has it, ten arguments of 16 KiB.</summary>
    public static RespLimits Unauthenticated { get; } = new()
    {
        IsUnauthenticated = true,
        MultibulkCount = 10,
        BulkBytes = 16 * 1024,
        MessageBytes = 256 * 1024,
    };

    /// <summary>Whether these are limits of a peer that has not told the password, which errors then say.</summary>
    public bool IsUnauthenticated { get; init; }

    /// <summary>The longest inline request, and the longest line that announces a count or a length, in bytes.</summary>
    public int InlineBytes { get; init; } = 64 * 1024;

    /// <summary>The most arguments of one request, and the most elements of one aggregate of a reply.</summary>
    public int MultibulkCount { get; init; } = 1024 * 1024;

    /// <summary>The longest argument of a request and the longest string of a reply (Redis: <c>proto-max-bulk-len</c>).</summary>
    public int BulkBytes { get; init; } = 512 * 1024 * 1024;

    /// <summary>The longest request or reply with all its framing (Redis: <c>client-query-buffer-limit</c>).</summary>
    /// <remarks>An inline request has only the bound of <see cref="InlineBytes" />.</remarks>
    public int MessageBytes { get; init; } = 1024 * 1024 * 1024;

    /// <summary>How deep the aggregates of a reply may nest.</summary>
    public int ReplyDepth { get; init; } = 32;
}
