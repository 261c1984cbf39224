namespace Catena.Integration.Tests.Redis;

/// <summary>Lines that belong together; they begin with no keys and with new connections.</summary>
/// <param name="Name">Where the case stands.</param>
/// <param name="Steps">Its lines.</param>
internal sealed record RedisCase(string Name, IReadOnlyList<CaseStep> Steps)
{
    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Redis", "Cases");

    /// <summary>The names of all files of cases.</summary>
    internal static IEnumerable<string> Files =>
        Directory.EnumerateFiles(Folder, "*.txt").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal);

    /// <summary>Whether the case makes sense in a version of the protocol.</summary>
    /// <param name="version">2 or 3.</param>
    internal bool AppliesTo(int version) => Steps.All(step => step.OnlyVersion is 0 || step.OnlyVersion == version);

    /// <summary>Reads the cases of one file.</summary>
    /// <param name="file">Its name.</param>
    internal static List<RedisCase> Read(string file)
    {
        var cases = new List<RedisCase>();
        var steps = new List<CaseStep>();
        var number = 0;
        foreach (var line in File.ReadLines(Path.Combine(Folder, file + ".txt")).Append("").Select(text => text.Trim()))
        {
            number++;
            if (line.Length == 0 && steps.Count > 0)
            {
                cases.Add(new RedisCase($"{file}.txt, lines up to {number - 1}", [.. steps]));
                steps.Clear();
            }
            else if (line.Length > 0 && line[0] != '#')
            {
                steps.Add(CaseStep.Parse(line));
            }
        }

        return cases;
    }
}
