using System.Net;

namespace Catena.Server.Listeners.Redis.Statistics;

/// <summary>A command that took long.</summary>
/// <param name="Id">Its number in the log.</param>
/// <param name="UnixSeconds">When it was answered.</param>
/// <param name="Microseconds">How long it took, waiting for the journal and for other nodes included.</param>
/// <param name="Arguments">Its arguments, as far as they were kept.</param>
/// <param name="Client">Who sent it.</param>
/// <param name="ClientName">What that client calls itself.</param>
internal sealed record SlowEntry(
    long Id, long UnixSeconds, long Microseconds, IReadOnlyList<byte[]> Arguments, EndPoint? Client, string ClientName);
