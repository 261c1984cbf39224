using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Catena.Cli.Backups;
using Catena.Cli.Bench;
using Catena.Cli.Cluster;
using Catena.Cli.Data;
using Catena.Cli.NodeHost;
using Catena.Cli.Shell;
using Catena.Cli.Status;
using Catena.Cli.Up;
using Catena.Cli.Znodes;

namespace Catena.Cli.CommandLine;

/// <summary>The <c>catena</c> command: all its subcommands, and how their ends become exit codes.</summary>
internal static class CatenaCommandLine
{
    private static readonly Example[] GeneralExamples =
    [
        new("catena up", "a cluster of three nodes on this machine, with its data in ./data"),
        new("catena put greeting hello && catena get greeting", "write a key and read it back"),
        new("catena status", "the cluster's nodes and partitions"),
        new("catena up --help", "the options of one command, with examples"),
    ];

    /// <summary>Runs one command line.</summary>
    /// <param name="arguments">What the user typed after <c>catena</c>.</param>
    /// <param name="output">Where results go; the standard output where null.</param>
    /// <param name="error">Where complaints go; the standard error output where null.</param>
    /// <returns>One of <see cref="ExitCode" />.</returns>
    public static int Run(IReadOnlyList<string> arguments, TextWriter? output = null, TextWriter? error = null)
    {
        var complaints = error ?? Console.Error;
        var result = Build().Parse(arguments);
        try
        {
            // Long-running commands handle signals themselves: they have to stop in order, however long that takes.
            var code = result.Invoke(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Output = output ?? Console.Out,
                Error = complaints,
            });
            return result.Action is ParseErrorAction ? ExitCode.Usage : code;
        }
        catch (CommandException refused)
        {
            complaints.WriteLine($"catena: {refused.Message}");
            return refused.ExitCode;
        }
        // The outermost frame: a defect is shown whole, and told apart from a command that failed.
#pragma warning disable CA1031
        catch (Exception defect)
#pragma warning restore CA1031
        {
            complaints.WriteLine($"catena: internal error: {defect}");
            return ExitCode.Internal;
        }
    }

    /// <summary>The tree of commands.</summary>
    public static RootCommand Build()
    {
        var root = new RootCommand("Catena: a replicated, durable key-value store.")
        {
            UpCommand.Create(),
            NodeCommand.Create(),
            StatusCommand.Create(),
            ClusterCommand.Create(),
            ModeCommand.Create(),
            TransactionCommand.Create(),
            ZnodeCommand.Create(),
            GetCommand.Create(),
            PutCommand.Create(),
            DeleteCommand.Create(),
            ScanCommand.Create(),
            ShellCommand.Create(),
            BackupCommand.Create(),
            RestoreCommand.Create(),
            ExportCommand.Create(),
            ImportCommand.Create(),
            DigestCommand.Create(),
            BenchCommand.Create(),
        };
        root.TreatUnmatchedTokensAsErrors = true;
        foreach (var option in root.Options.OfType<HelpOption>())
        {
            option.Action = new HelpWithExamples((SynchronousCommandLineAction)option.Action!, GeneralExamples);
        }

        return root;
    }
}
