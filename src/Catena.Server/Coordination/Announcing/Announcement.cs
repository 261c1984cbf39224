using System.Diagnostics.CodeAnalysis;
using Catena.ZooKeeper.Protocol;

namespace Catena.Server.Coordination.Announcing;

/// <summary>A setting: that a node tells ZooKeeper where one of its protocols is found, for clients that discover servers so.</summary>
/// <param name="Protocol">What is announced.</param>
/// <param name="Path">The parent of the node's znode; of the search service the parent of <c>master</c>, <c>sub-master</c> and <c>zkslave</c>.</param>
public sealed record Announcement(AnnouncedProtocol Protocol, string Path)
{
    private static readonly (string Word, AnnouncedProtocol Protocol)[] Words =
    [
        ("thrift", AnnouncedProtocol.Thrift),
        ("table", AnnouncedProtocol.Table),
        ("redis", AnnouncedProtocol.Redis),
        ("http", AnnouncedProtocol.Http),
        ("search", AnnouncedProtocol.Search),
    ];

    /// <summary>The protocol's word in settings and status.</summary>
    public string Word => Words.First(word => word.Protocol == Protocol).Word;

    /// <summary>Reads <c>protocol=/path</c>.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="announcement">The announcement.</param>
    /// <param name="fault">What is wrong with it, and what to write instead.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out Announcement? announcement, [NotNullWhen(false)] out string? fault)
    {
        ArgumentNullException.ThrowIfNull(text);
        announcement = null;
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
        {
            fault = $"'{text}' is no announcement; write PROTOCOL=/path, such as thrift=/kvstore";
            return false;
        }

        var (word, path) = (text[..equals], text[(equals + 1)..]);
        var index = Array.FindIndex(Words, known => known.Word == word);
        fault = index < 0 ? $"'{word}' in '{text}' is no protocol: it is one of {string.Join(", ", Words.Select(known => known.Word))}"
            : ZnodePath.Fault(path) is { } wrong ? $"'{path}' in '{text}' is no znode's path: {wrong}"
            : path == ZnodePath.Root && Words[index].Protocol != AnnouncedProtocol.Search ? $"'{text}' names the root, where clients would take other znodes for servers; name a path such as {word}=/{word}"
            : null;
        if (fault is null)
        {
            announcement = new Announcement(Words[index].Protocol, path);
        }

        return announcement is not null;
    }

    /// <inheritdoc />
    public override string ToString() => $"{Word}={Path}";
}
