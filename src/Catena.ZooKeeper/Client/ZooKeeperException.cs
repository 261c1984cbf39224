using System.Diagnostics.CodeAnalysis;
using Catena.ZooKeeper.Protocol;

namespace Catena.ZooKeeper.Client;

/// <summary>A request that was refused, or whose outcome is open.</summary>
/// <remarks>
/// <see cref="OutcomeUnknown" /> tells the two apart: where it is false, nothing happened. The code is a number with names for the
/// known ones; a newer server's code comes through as it is.
/// </remarks>
public class ZooKeeperException : Exception
{
    /// <summary>A request that failed.</summary>
    /// <param name="code">Why.</param>
    /// <param name="path">The path it was about, or null.</param>
    /// <param name="message">What a person should read.</param>
    /// <param name="outcomeUnknown">Whether it may have been carried out all the same.</param>
    /// <param name="inner">What lies behind it, or null.</param>
    public ZooKeeperException(ErrorCode code, string? path, string message, bool outcomeUnknown = false, Exception? inner = null)
        : base(message, inner)
    {
        Code = code;
        Path = path;
        OutcomeUnknown = outcomeUnknown;
    }

    /// <summary>Why the request failed; possibly a number without a name.</summary>
    public ErrorCode Code { get; }

    /// <summary>The path the request was about, as its caller gave it; null where there is none.</summary>
    public string? Path { get; }

    /// <summary>Whether the request may have been carried out all the same: it had been sent when the connection was lost.</summary>
    public bool OutcomeUnknown { get; }

    /// <summary>Throws for an answer other than Ok.</summary>
    /// <param name="code">The answer's code.</param>
    /// <param name="path">The path the request was about.</param>
    [DoesNotReturn]
    internal static void Throw(ErrorCode code, string? path) => throw Of(code, path);

    /// <summary>The exception for an answer other than Ok.</summary>
    /// <param name="code">The answer's code.</param>
    /// <param name="path">The path the request was about.</param>
    internal static ZooKeeperException Of(ErrorCode code, string? path) =>
        new(code, path, path is null ? $"ZooKeeper answered {code} ({(int)code})" : $"ZooKeeper answered {code} ({(int)code}) for {path}");
}
