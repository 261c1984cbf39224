namespace Catena.Mutation.Running;

/// <summary>The files of the replication that a run changes.</summary>
/// <param name="paths">Files and folders, relative to the replication's folder; none stands for all.</param>
internal sealed class Scope(IReadOnlyList<string> paths)
{
    private readonly string[] _paths = [.. paths.Select(path => path.Trim('/'))];

    /// <summary>The same for Stryker.</summary>
    public IEnumerable<string> Patterns =>
        _paths.Length == 0 ? ["**/Replication/**/*.cs"] : _paths.Select(path => $"**/Replication/{path}{(IsFile(path) ? "" : "/**/*.cs")}");

    /// <summary>Whether a file, named relative to the replication's folder, belongs to it.</summary>
    public bool Holds(string file) =>
        _paths.Length == 0 || _paths.Any(path => file == path || (!IsFile(path) && file.StartsWith(path + "/", StringComparison.Ordinal)));

    private static bool IsFile(string path) => path.EndsWith(".cs", StringComparison.Ordinal);
}
