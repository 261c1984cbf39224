using Catena.ZooKeeper.Protocol;

namespace Catena.Server.Coordination.Announcing;

/// <summary>One ephemeral znode that an announcement asks for.</summary>
/// <param name="Endpoint">The announcement.</param>
/// <param name="Parent">Its parent, a persistent znode.</param>
/// <param name="Name">Its name, or the name that ZooKeeper adds ten digits to.</param>
/// <param name="IsSequential">Whether it does.</param>
internal sealed record AnnouncedZnode(AnnouncedEndpoint Endpoint, string Parent, string Name, bool IsSequential)
{
    /// <summary>The znode of the search service below which all of its nodes stand.</summary>
    public const string Slaves = "zkslave";

    private const int SequenceDigits = 10;

    /// <summary>Its path, without the digits.</summary>
    public string Path => ZnodePath.Child(Parent, Name);

    /// <summary>Whether it goes with a role in the cluster, so that it may be made only while that is held.</summary>
    public bool IsOfRole => Endpoint.Announcement.Protocol == AnnouncedProtocol.Search;

    /// <summary>Whether a path is this znode's.</summary>
    /// <param name="path">The path of a znode.</param>
    public bool Is(string path) => !IsSequential
        ? path == Path
        : path.Length >= Path.Length + SequenceDigits && path.StartsWith(Path, StringComparison.Ordinal) && path.AsSpan(Path.Length).TrimStart('-').IndexOfAnyExceptInRange('0', '9') < 0;
}
