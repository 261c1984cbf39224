using System.Diagnostics;
using System.Globalization;

namespace Catena.Testing;

/// <summary>Runs programs that no one here wrote, and our own, to their end.</summary>
public static class Tool
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static async Task<ToolResult> RunAsync(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        using var deadline = new CancellationTokenSource(Patience);
        var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        var errors = process.StandardError.ReadToEndAsync(deadline.Token);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end within {Patience}");
        }

        return new ToolResult(process.ExitCode, await output, await errors);
    }

    public static Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
    }

    public static Task<ToolResult> RedisAsync(int port, params string[] arguments) =>
        RunAsync("redis-cli", ["-p", port.ToString(CultureInfo.InvariantCulture), .. arguments]);

    /// <summary>Runs a script in Node.js with the clients that ./test.sh has installed from npm.</summary>
    public static Task<ToolResult> NodeAsync(params string[] arguments) =>
        RunAsync("env", [$"NODE_PATH={Path.Combine(Repository.Root, "artifacts", "npm", "node_modules")}", "node", .. arguments]);

    /// <summary>Asks a process to end, as a service manager would, and does not wait for that.</summary>
    public static async Task TerminateAsync(Process process) =>
        (await RunAsync("kill", "-TERM", process.Id.ToString(CultureInfo.InvariantCulture))).Text();

    public static Task<ToolResult> CatenaAsync(params string[] arguments) => RunAsync(Repository.Catena, arguments);
}
