namespace Catena.ZooKeeper.Protocol;

/// <summary>The rules for znode paths, as Apache's <c>PathUtils</c> has them.</summary>
public static class ZnodePath
{
    /// <summary>The tree's root.</summary>
    public const string Root = "/";

    /// <summary>What is wrong with <paramref name="path" />; null where nothing is.</summary>
    /// <param name="path">The path to judge.</param>
    public static string? Fault(ReadOnlySpan<char> path)
    {
        if (path.IsEmpty || path[0] != '/')
        {
            return "a path begins with /";
        }

        if (path.Length == 1)
        {
            return null;
        }

        foreach (var range in path[1..].Split('/'))
        {
            var name = path[1..][range];
            if (name.IsEmpty)
            {
                return "a path has no empty names and does not end with /";
            }

            if (name is "." or "..")
            {
                return "a path is not relative";
            }

            if (name.ContainsAnyInRange('\u0000', '\u001f') || name.ContainsAnyInRange('\u007f', '\u009f')
                || name.ContainsAnyInRange('\ud800', '\uf8ff') || name.ContainsAnyInRange('\ufff0', '\uffff'))
            {
                return "a path has no control characters, surrogates, private-use characters or specials";
            }
        }

        return null;
    }

    /// <summary>The parent's path; the root's for the root.</summary>
    /// <param name="path">A path with at least one slash.</param>
    public static string Parent(string path)
    {
        var slash = path.LastIndexOf('/');
        return slash <= 0 ? Root : path[..slash];
    }

    /// <summary>The last name of a path.</summary>
    /// <param name="path">A path with at least one slash.</param>
    public static string Name(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>The path of a child.</summary>
    /// <param name="parent">The parent's path.</param>
    /// <param name="name">The child's name.</param>
    public static string Child(string parent, string name) => parent == Root ? Root + name : $"{parent}/{name}";
}
