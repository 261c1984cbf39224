using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Protocols.Thrift;

namespace Catena.Server.Listeners.Thrift;

/// <summary>Reads what a client wants to hold before it writes, and when the key is to expire.</summary>
internal static class WriteConditions
{
    /// <summary>Reads it.</summary>
    /// <param name="options">What the client sent.</param>
    /// <param name="wall">The wall clock, in milliseconds since 1970 UTC.</param>
    /// <param name="flags">The condition: one of those on absence, presence and version, or none.</param>
    /// <param name="version">The version, with <see cref="CommandFlags.IfVersion" />.</param>
    /// <param name="deadline">When the key expires, in milliseconds since 1970 UTC; 0 for never.</param>
    /// <returns>What is wrong, or nothing.</returns>
    internal static ReadOnlySpan<byte> Read(WriteOptions options, long wall, out CommandFlags flags, out Lsn version, out long deadline)
    {
        version = Lsn.Zero;
        deadline = options.ExpiresAt;
        flags = options.IfAbsent ? CommandFlags.IfAbsent : options.IfPresent ? CommandFlags.IfPresent : options.HasVersion ? CommandFlags.IfVersion : CommandFlags.None;
        if ((options.IfAbsent ? 1 : 0) + (options.IfPresent ? 1 : 0) + (options.HasVersion ? 1 : 0) > 1)
        {
            return "there is more than one condition"u8;
        }

        if (options.HasVersion && !Versions.TryRead(options.Version, out version))
        {
            return "ifVersion is no version"u8;
        }

        if (options.ExpiresAt < 0 || options.TimeToLive < 0 || options.TimeToLive > long.MaxValue - wall)
        {
            return "an expiry time is out of range"u8;
        }

        if ((options.ExpiresAt > 0 ? 1 : 0) + (options.TimeToLive > 0 ? 1 : 0) + (options.KeepsExpiry ? 1 : 0) > 1)
        {
            return "there is more than one expiry time"u8;
        }

        deadline = options.TimeToLive > 0 ? wall + options.TimeToLive : options.ExpiresAt;
        return default;
    }
}
