using Catena.ZooKeeper.Protocol;

namespace Catena.ZooKeeper.Client;

/// <summary>Translates between a client's paths and a server's, which differ by the chroot.</summary>
internal static class ClientPath
{
    /// <summary>The server's path for a client's.</summary>
    /// <param name="chroot">The chroot; empty for none.</param>
    /// <param name="path">The client's path.</param>
    /// <param name="forSequential">Whether the server adds a number, so that an empty name is in order.</param>
    /// <exception cref="ArgumentException">The path is malformed.</exception>
    public static string Prefix(string chroot, string path, bool forSequential = false)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (ZnodePath.Fault(forSequential ? path + "1" : path) is { } fault)
        {
            throw new ArgumentException($"'{path}' is not a znode's path: {fault}", nameof(path));
        }

        return chroot.Length == 0 ? path : path == ZnodePath.Root && !forSequential ? chroot : chroot + path;
    }

    /// <summary>The client's path for a server's; a path that is not under the chroot stays as it is.</summary>
    /// <param name="chroot">The chroot; empty for none.</param>
    /// <param name="path">The server's path.</param>
    public static string Strip(string chroot, string path)
    {
        if (chroot.Length == 0 || !path.StartsWith(chroot, StringComparison.Ordinal))
        {
            return path;
        }

        return path.Length == chroot.Length ? ZnodePath.Root : path[chroot.Length] == '/' ? path[chroot.Length..] : path;
    }
}
