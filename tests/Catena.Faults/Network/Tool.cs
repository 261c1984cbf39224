using System.Diagnostics;

namespace Catena.Faults.Network;

/// <summary>Runs a short command of the system to its end.</summary>
internal static class Tool
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Runs a command that has to succeed.</summary>
    /// <exception cref="HarnessException">It did not, or there is no such program.</exception>
    public static void Run(string program, params string[] arguments)
    {
        if (!TryRun(out var complaint, program, arguments))
        {
            throw new HarnessException($"{program} {string.Join(' ', arguments)}: {complaint}");
        }
    }

    /// <summary>Runs a command.</summary>
    /// <param name="output">What it printed, complaints included.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>Whether it succeeded.</returns>
    public static bool TryRun(out string output, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start) ?? throw new HarnessException($"{program} did not start");
            var printed = process.StandardOutput.ReadToEndAsync();
            var complaints = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(Patience))
            {
                process.Kill();
                throw new HarnessException($"{program} {string.Join(' ', arguments)} did not end");
            }

            output = (printed.GetAwaiter().GetResult() + complaints.GetAwaiter().GetResult()).Trim();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new HarnessException($"{program} cannot be run: {missing.Message}", missing);
        }
    }
}
