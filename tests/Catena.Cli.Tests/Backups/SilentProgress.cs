using Catena.Cli.Backups;

namespace Catena.Cli.Tests.Backups;

/// <summary>Remembers what was said.</summary>
internal sealed class SilentProgress : IProgressSink
{
    public List<string> Said { get; } = [];

    public void Report(long done, long total, string detail)
    {
        // Nobody looks.
    }

    public void Say(string line) => Said.Add(line);
}
