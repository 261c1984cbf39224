namespace Catena.Cli.CommandLine;

/// <summary>One command line that works as printed, for the help text.</summary>
/// <param name="Line">The command line.</param>
/// <param name="Meaning">What it does, in a few words.</param>
internal sealed record Example(string Line, string Meaning);
