using System.CommandLine;
using Catena.Server.Node;

namespace Catena.Cli.CommandLine;

/// <summary>The option <c>--durability</c>.</summary>
internal static class DurabilityOption
{
    /// <summary>Makes the option.</summary>
    public static Option<Durability> Create()
    {
        var option = new Option<Durability>("--durability")
        {
            Description = "When a write counts as stable: once it is synced on every member (always), "
                + "or once it is written, with a sync soon after (interval) or when the system likes (os).",
            HelpName = "always|interval|os",
            DefaultValueFactory = _ => Durability.Always,
            CustomParser = result =>
            {
                switch (result.Tokens[0].Value)
                {
                    case "always":
                        return Durability.Always;
                    case "interval":
                        return Durability.Interval;
                    case "os":
                        return Durability.Os;
                    default:
                        result.AddError($"--durability '{result.Tokens[0].Value}' is none of always, interval, os.");
                        return default;
                }
            },
        };
        option.CompletionSources.Add("always", "interval", "os");
        return option;
    }

    /// <summary>The word for a durability, as the option reads it.</summary>
    public static string Word(Durability durability) => durability switch
    {
        Durability.Interval => "interval",
        Durability.Os => "os",
        _ => "always",
    };
}
