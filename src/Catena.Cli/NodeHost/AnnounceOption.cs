using System.CommandLine;
using System.CommandLine.Parsing;
using Catena.Server.Coordination.Announcing;

namespace Catena.Cli.NodeHost;

/// <summary>The option <c>--announce</c>, which may be given several times.</summary>
internal static class AnnounceOption
{
    /// <summary>The flag.</summary>
    public const string Name = "--announce";

    /// <summary>Makes the option.</summary>
    /// <param name="description">What it does.</param>
    public static Option<Announcement[]> Create(string description) => new(Name)
    {
        Description = description,
        HelpName = "protocol=/path",
        Arity = ArgumentArity.OneOrMore,
        DefaultValueFactory = _ => [],
        CustomParser = Read,
    };

    private static Announcement[] Read(ArgumentResult result)
    {
        var all = new List<Announcement>();
        foreach (var token in result.Tokens)
        {
            if (!Announcement.TryParse(token.Value, out var announcement, out var fault))
            {
                result.AddError($"{Name}: {fault}.");
                return [];
            }

            all.Add(announcement);
        }

        return [.. all];
    }
}
