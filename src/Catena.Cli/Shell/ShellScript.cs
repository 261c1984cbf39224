using System.Globalization;
using System.Text;
using Catena.Cli.CommandLine;

namespace Catena.Cli.Shell;

/// <summary>Carries out commands that nobody types.</summary>
/// <param name="session">The session.</param>
/// <param name="keepsGoing">Whether it goes on after a command that failed.</param>
internal sealed class ShellScript(ShellSession session, bool keepsGoing)
{
    /// <summary>Carries out commands that are given.</summary>
    /// <param name="lines">The commands.</param>
    /// <param name="place">What stands, with a number, before errors.</param>
    /// <returns>The exit code.</returns>
    public int Run(IEnumerable<string> lines, string place)
    {
        var isWell = true;
        var number = 0;
        foreach (var line in lines)
        {
            isWell &= session.Run(line, Place(place, ++number));
            if (session.IsOver || (!isWell && !keepsGoing))
            {
                break;
            }
        }

        return End(isWell, Place(place, number));
    }

    /// <summary>Carries out commands that are read, one a line.</summary>
    /// <param name="input">Where from.</param>
    /// <returns>The exit code.</returns>
    public int Run(TextReader input)
    {
        var number = 0;
        try
        {
            return Run(Lines(), "line");
        }
        catch (DecoderFallbackException)
        {
            session.Output.Fail(Place("line", number + 1), new ShellException("the input is no UTF-8; write other bytes as \\xHH"));
            return End(false, Place("line", number + 1));
        }

        IEnumerable<string> Lines()
        {
            while (input.ReadLine() is { } line)
            {
                number++;
                yield return line;
            }
        }
    }

    private static string Place(string place, int number) => string.Create(CultureInfo.InvariantCulture, $"catena shell: {place} {number}");

    /// <summary>A transaction that nobody has ended is rolled back, and that is a mistake of the script.</summary>
    private int End(bool isWell, string place)
    {
        if (session.IsInTransaction)
        {
            session.Output.Fail(place, new ShellException("the commands end inside a transaction; it is rolled back"));
            try
            {
                session.End();
            }
            catch (ShellException)
            {
                // It is rolled back by its node, then, when that has heard nothing of it for a while.
            }

            isWell = false;
        }

        return isWell ? ExitCode.Ok : ExitCode.Failed;
    }
}
