using System.CommandLine;
using Catena.Core.Replication;

namespace Catena.Cli.CommandLine;

/// <summary>The option <c>--mode</c>.</summary>
internal static class ReplicationModeOption
{
    /// <summary>Makes the option.</summary>
    public static Option<string?> Create()
    {
        var option = new Option<string?>("--mode")
        {
            Description = "How the partitions of a new cluster replicate: all backups at once, along a chain, or along a chain of which every member answers reads. [default: primary-backup]",
            HelpName = string.Join('|', ReplicationModes.Names),
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !ReplicationModes.TryParse(result.Tokens[0].Value, out _))
            {
                result.AddError($"--mode '{result.Tokens[0].Value}' is none of {string.Join(", ", ReplicationModes.Names)}.");
            }
        });
        return option;
    }

    /// <summary>The mode that was given; null where none was.</summary>
    public static ReplicationMode? Read(string? name) => name is not null && ReplicationModes.TryParse(name, out var mode) ? mode : null;
}
