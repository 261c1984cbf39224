namespace Catena.Simulation.Coordination;

/// <summary>Znodes by path, as one server has them.</summary>
internal sealed class CoordinatorTree
{
    private readonly SortedDictionary<string, Znode> _znodes = new(StringComparer.Ordinal);

    /// <summary>A tree with only the root.</summary>
    public CoordinatorTree() => _znodes["/"] = new Znode("", 0, 0, 0, 0, 0, 0);

    private CoordinatorTree(CoordinatorTree other)
    {
        foreach (var (path, znode) in other._znodes)
        {
            _znodes[path] = znode;
        }
    }

    /// <summary>Every znode, in ordinal order of the paths.</summary>
    public IReadOnlyDictionary<string, Znode> Znodes => _znodes;

    /// <summary>A copy that changes on its own.</summary>
    public CoordinatorTree Clone() => new(this);

    /// <summary>The znode at a path; null if there is none.</summary>
    public Znode? Find(string path) => _znodes.GetValueOrDefault(path);

    /// <summary>The names of a znode's children, in ordinal order.</summary>
    public IReadOnlyList<string> Children(string path)
    {
        var prefix = path == "/" ? "/" : path + "/";
        return [.. _znodes.Keys
            .Where(other => other.Length > prefix.Length && other.StartsWith(prefix, StringComparison.Ordinal) && other.IndexOf('/', prefix.Length) < 0)
            .Select(other => other[prefix.Length..])];
    }

    /// <summary>Carries out what the leader decided.</summary>
    public void Apply(TreeChange change)
    {
        if (change.Content is null)
        {
            _znodes.Remove(change.Path);
        }
        else
        {
            _znodes[change.Path] = change.Content;
        }
    }

    /// <summary>The path of a znode's parent.</summary>
    public static string ParentOf(string path)
    {
        var slash = path.LastIndexOf('/');
        return slash <= 0 ? "/" : path[..slash];
    }
}
