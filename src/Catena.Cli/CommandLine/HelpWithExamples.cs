using System.CommandLine;
using System.CommandLine.Invocation;

namespace Catena.Cli.CommandLine;

/// <summary>The library's help followed by examples and exit codes.</summary>
/// <param name="usual">The library's help.</param>
/// <param name="general">The examples of the command without subcommand.</param>
internal sealed class HelpWithExamples(SynchronousCommandLineAction usual, IReadOnlyList<Example> general) : SynchronousCommandLineAction
{
    /// <inheritdoc />
    public override bool ClearsParseErrors => true;

    /// <inheritdoc />
    public override int Invoke(ParseResult parseResult)
    {
        usual.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        var examples = parseResult.CommandResult.Command is DocumentedCommand documented ? documented.Examples : general;
        output.WriteLine("Examples:");
        foreach (var example in examples)
        {
            output.WriteLine($"  # {example.Meaning}");
            output.WriteLine($"  {example.Line}");
        }

        output.WriteLine();
        output.WriteLine("Exit codes:");
        output.WriteLine($"  {ExitCode.Ok}   done");
        output.WriteLine($"  {ExitCode.Failed}   failed; the message says why");
        output.WriteLine($"  {ExitCode.Usage}   the command line makes no sense");
        output.WriteLine($"  {ExitCode.ClusterDead}   no node answers, or the cluster is dead");
        output.WriteLine($"  {ExitCode.Internal}  a defect of Catena, or a node that ended itself");
        return ExitCode.Ok;
    }
}
