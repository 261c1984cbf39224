using Catena.Cli.CommandLine;

namespace Catena.Cli.Tests.Support;

/// <summary>Runs command lines inside the test's process.</summary>
internal static class Cli
{
    /// <summary>Runs one command line.</summary>
    public static CliResult Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = CatenaCommandLine.Run(arguments, output, error);
        return new CliResult(code, output.ToString(), error.ToString());
    }
}
