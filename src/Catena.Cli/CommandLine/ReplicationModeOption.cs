using System.CommandLine;

namespace Catena.Cli.CommandLine;

/// <summary>The option <c>--mode</c>.</summary>
internal static class ReplicationModeOption
{
    private const string PrimaryBackup = "primary-backup";
    private const string Chain = "chain";

    /// <summary>Makes the option.</summary>
    public static Option<string> Create()
    {
        var option = new Option<string>("--mode")
        {
            Description = "How partitions replicate.",
            HelpName = "primary-backup|chain",
            DefaultValueFactory = _ => PrimaryBackup,
        };
        option.Validators.Add(result =>
        {
            switch (result.Tokens.Count == 0 ? PrimaryBackup : result.Tokens[0].Value)
            {
                case PrimaryBackup:
                    break;
                case Chain:
                    result.AddError("--mode chain is not available in this version; partitions replicate as primary-backup.");
                    break;
                default:
                    result.AddError($"--mode '{result.Tokens[0].Value}' is neither primary-backup nor chain.");
                    break;
            }
        });
        return option;
    }
}
