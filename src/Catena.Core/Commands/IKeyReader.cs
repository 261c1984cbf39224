using System.Buffers;
using Catena.Core.Primitives;

namespace Catena.Core.Commands;

/// <summary>A partition's state with everything that has been decided on it, committed or not.</summary>
public interface IKeyReader
{
    /// <summary>The last entry whose changes the state has; zero where there are no entries.</summary>
    Lsn Position { get; }

    /// <summary>The last deletion of a key of some slots that the state has, or a later position: who has found a key absent before that cannot say that it was absent all the time.</summary>
    /// <param name="first">The first slot.</param>
    /// <param name="last">The last slot.</param>
    Lsn LastDeletion(ushort first, ushort last);

    /// <summary>Reads one key, whether or not its expiry time has passed.</summary>
    /// <param name="storedKey">The key in its stored form.</param>
    /// <param name="value">Takes the value.</param>
    /// <param name="version">The LSN of the key's last write.</param>
    /// <param name="expiry">When it expires, in milliseconds since 1970 UTC; 0 for never.</param>
    /// <returns>False where the key is absent.</returns>
    bool TryRead(ReadOnlySpan<byte> storedKey, IBufferWriter<byte> value, out Lsn version, out long expiry);

    /// <summary>Looks a key up without reading its value, which may be damaged or far away, whether or not its expiry time has passed.</summary>
    /// <param name="storedKey">The key in its stored form.</param>
    /// <param name="version">The LSN of the key's last write.</param>
    /// <param name="expiry">When it expires, in milliseconds since 1970 UTC; 0 for never.</param>
    /// <returns>False where the key is absent.</returns>
    bool TryReadVersion(ReadOnlySpan<byte> storedKey, out Lsn version, out long expiry);

    /// <summary>Shows all keys of a range in order, whether or not their expiry time has passed.</summary>
    /// <param name="from">The first stored key that is wanted.</param>
    /// <param name="to">The first that is not.</param>
    /// <param name="withValues">Whether values are wanted; they may be shown as empty otherwise.</param>
    /// <param name="visitor">Who is shown them, until it has enough.</param>
    void Scan(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool withValues, IEntryVisitor visitor);
}
