namespace Catena.Testing;

/// <summary>Where things are in the working copy that the tests were built from.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Catena { get; } = Path.Combine(Root, "artifacts", "bin", "Catena.Cli", "release", "catena");

    public static string Client(string name) => Path.Combine(AppContext.BaseDirectory, "Clients", name);

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Catena.slnx")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("The tests do not run inside a working copy.");
    }
}
