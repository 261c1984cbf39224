namespace Catena.Integration.Tests.Harness;

/// <summary>Where things are in the working copy that the tests were built from.</summary>
internal static class Repository
{
    internal static string Root { get; } = FindRoot();

    internal static string Catena { get; } = Path.Combine(Root, "artifacts", "bin", "Catena.Cli", "release", "catena");

    internal static string Client(string name) => Path.Combine(AppContext.BaseDirectory, "Clients", name);

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
