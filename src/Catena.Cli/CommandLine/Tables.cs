using Spectre.Console;

namespace Catena.Cli.CommandLine;

/// <summary>Tables for people.</summary>
internal static class Tables
{
    private const int WidthOfFiles = 400;

    /// <summary>Prints a table; lines are cut to the width of a terminal, but not in a file or a pipe.</summary>
    public static void Print(TextWriter output, Table table)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        if (!console.Profile.Out.IsTerminal)
        {
            console.Profile.Width = WidthOfFiles;
        }

        console.Write(table);
    }
}
