namespace Catena.Mutation.Reporting;

/// <summary>The list of survivors that are no gap in the tests, each with the reason.</summary>
/// <remarks>Lines without indentation name mutants, the indented ones below say why these may survive; <c>#</c> begins a comment.</remarks>
internal static class AcceptedSurvivors
{
    /// <summary>Reads the list.</summary>
    /// <returns>The reasons by the names of the mutants.</returns>
    /// <exception cref="MutationException">A name has no reason, or stands there twice.</exception>
    public static IReadOnlyDictionary<string, string> Read(string text)
    {
        var reasons = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var named = new List<string>();
        var reason = "";
        foreach (var line in text.Split('\n').Select(line => line.TrimEnd()).Append("end"))
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if (char.IsWhiteSpace(line[0]))
            {
                if (named.Count == 0)
                {
                    throw new MutationException($"accepted survivors: a reason for nothing: '{line.Trim()}'");
                }

                reason = reason.Length == 0 ? line.Trim() : $"{reason} {line.Trim()}";
                continue;
            }

            if (reason.Length > 0)
            {
                Add(reasons, named, reason);
                named.Clear();
                reason = "";
            }

            named.Add(line);
        }

        // The last of them is the end of the text itself.
        return named.Count == 1 ? reasons : throw new MutationException($"accepted survivors: no reason is given for '{named[^2]}'");
    }

    private static void Add(SortedDictionary<string, string> reasons, List<string> named, string reason)
    {
        foreach (var name in named)
        {
            if (!reasons.TryAdd(name, reason))
            {
                throw new MutationException($"accepted survivors: '{name}' stands there twice");
            }
        }
    }
}
