using System.CommandLine;
using Catena.Cli.CommandLine;

namespace Catena.Cli.Tests.CommandLine;

public sealed class CommandLineTests
{
    public static TheoryData<string> Commands => [.. CatenaCommandLine.Build().Subcommands.Select(command => command.Name)];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_command_has_help_with_examples_that_parse(string name)
    {
        var result = Support.Cli.Run(name, "--help");

        Assert.Equal(ExitCode.Ok, result.Code);
        Assert.Contains("Examples:", result.Output, StringComparison.Ordinal);
        Assert.Contains("Exit codes:", result.Output, StringComparison.Ordinal);
        var command = Assert.IsType<DocumentedCommand>(CatenaCommandLine.Build().Subcommands.Single(command => command.Name == name));
        Assert.False(string.IsNullOrWhiteSpace(command.Description));
        Assert.NotEmpty(command.Examples);
        foreach (var example in command.Examples)
        {
            // A shell's redirection and quotes are not the command's.
            var line = example.Line.Split(" < ")[0].Replace("'", "", StringComparison.Ordinal);
            Assert.Empty(CatenaCommandLine.Build().Parse(line.Split(' ')[1..]).Errors);
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_option_and_argument_is_described(string name)
    {
        var command = CatenaCommandLine.Build().Subcommands.Single(command => command.Name == name);

        Assert.All(command.Options.Cast<Symbol>().Concat(command.Arguments), symbol => Assert.False(string.IsNullOrWhiteSpace(symbol.Description), symbol.Name));
    }

    [Fact]
    public void The_general_help_names_every_command()
    {
        var result = Support.Cli.Run("--help");

        Assert.Equal(ExitCode.Ok, result.Code);
        Assert.All(Commands, row => Assert.Contains($"\n  {row.Data}", result.Output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("up", "--nodes", "many")]
    [InlineData("up", "--nodes", "0")]
    [InlineData("up", "--partitions", "16385")]
    [InlineData("up", "--base-port", "65000")]
    [InlineData("up", "--durability", "sometimes")]
    [InlineData("up", "--mode", "ring")]
    [InlineData("get")]
    [InlineData("get", "a", "--node", "nowhere")]
    [InlineData("get", "a", "--timeout", "-1s")]
    [InlineData("put", "a")]
    [InlineData("bench", "--reads", "101")]
    [InlineData("bench", "--protocol", "gopher")]
    [InlineData("bench", "--fill", "--history", "h")]
    [InlineData("node", "--name", "a")]
    [InlineData("node", "--name", "a", "--data", "d", "--zookeeper", "z", "--peer-port", "1", "--bind", "everywhere")]
    public void A_command_line_that_makes_no_sense_is_told_apart(params string[] arguments)
    {
        var result = Support.Cli.Run(arguments);

        Assert.Equal(ExitCode.Usage, result.Code);
        Assert.NotEmpty(result.Error);
    }
}
