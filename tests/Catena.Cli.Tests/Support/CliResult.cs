namespace Catena.Cli.Tests.Support;

/// <summary>What a command line came to.</summary>
internal sealed record CliResult(int Code, string Output, string Error);
