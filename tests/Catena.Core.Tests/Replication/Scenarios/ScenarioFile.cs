using System.Text;

namespace Catena.Core.Tests.Replication.Scenarios;

/// <summary>A scenario as text: blocks of commands, a line of four hyphens, and the output expected of them.</summary>
/// <remarks>
/// The style of etcd-io/raft's test data. Lines that begin with <c>#</c> are comments; blocks are parted by empty lines. Setting
/// CATENA_REWRITE_SCENARIOS to 1 writes the present output into the files instead of comparing it.
/// </remarks>
internal static class ScenarioFile
{
    private const string Separator = "----";

    internal static string Directory
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Catena.slnx")))
            {
                folder = folder.Parent;
            }

            Assert.NotNull(folder);
            return Path.Combine(folder.FullName, "tests", "Catena.Core.Tests", "Scenarios");
        }
    }

    internal static bool IsRewriting => Environment.GetEnvironmentVariable("CATENA_REWRITE_SCENARIOS") == "1";

    /// <summary>The text with the outputs that <paramref name="run" /> gives in place of those that stand there.</summary>
    internal static string Replay(string text, Func<string, string> run)
    {
        var result = new StringBuilder();
        foreach (var block in text.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            if (result.Length > 0)
            {
                result.Append('\n');
            }

            var isCommand = false;
            var output = new StringBuilder();
            foreach (var line in block.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeWhile(line => line != Separator))
            {
                result.Append(line).Append('\n');
                if (!line.StartsWith('#'))
                {
                    isCommand = true;
                    output.Append(run(line));
                }
            }

            if (isCommand)
            {
                result.Append(Separator).Append('\n').Append(output.Length == 0 ? "ok\n" : output);
            }
        }

        return result.ToString();
    }
}
