namespace Catena.Testing;

/// <summary>A directory of its own that goes with the test.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    /// <summary>Where it is.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("catena-test-").FullName;

    /// <summary>A path inside.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>A copy of another directory's files, as they are at this moment.</summary>
    /// <param name="source">The other directory.</param>
    /// <param name="except">A file that is left out.</param>
    public static TemporaryDirectory CopyOf(string source, string except)
    {
        var copy = new TemporaryDirectory();
        foreach (var file in Directory.EnumerateFiles(source).Where(file => System.IO.Path.GetFileName(file) != except))
        {
            using var from = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var to = File.Create(copy[System.IO.Path.GetFileName(file)]);
            from.CopyTo(to);
        }

        return copy;
    }

    /// <inheritdoc />
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
