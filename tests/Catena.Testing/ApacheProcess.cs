using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Catena.Testing;

/// <summary>One process of Apache ZooKeeper, as Debian's package <c>zookeeper</c> brings it; without the package nothing starts.</summary>
/// <param name="mainClass">What is run: a server of one, or a member of an ensemble.</param>
/// <param name="configuration">Its configuration file.</param>
/// <param name="clientPort">Where it will answer.</param>
internal sealed class ApacheProcess(string mainClass, string configuration, int clientPort) : IAsyncDisposable
{
    private const string ClassPath = "/usr/share/java/zookeeper.jar:/usr/share/java/slf4j-simple.jar";
    private readonly ConcurrentQueue<string> _output = new();
    private Process? _process;

    /// <summary>Whether the process runs.</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Starts the process.</summary>
    /// <exception cref="FileNotFoundException">The package is missing.</exception>
    public void Start()
    {
        foreach (var jar in ClassPath.Split(':'))
        {
            if (!File.Exists(jar))
            {
                throw new FileNotFoundException($"{jar} is missing: install Debian's packages zookeeper, libslf4j-java and default-jre-headless");
            }
        }

        _process?.Dispose();
        _process = Process.Start(new ProcessStartInfo("java")
        {
            ArgumentList =
            {
                "-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dznode.container.checkIntervalMs=200",
                "-Dzookeeper.fastleader.maxNotificationInterval=1000", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp", ClassPath, mainClass, configuration,
            },
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        }) ?? throw new InvalidOperationException("java did not start");
        _process.OutputDataReceived += (_, line) => _output.Enqueue(line.Data ?? string.Empty);
        _process.ErrorDataReceived += (_, line) => _output.Enqueue(line.Data ?? string.Empty);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Ends the process at once, as a power cut would, and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    /// <summary>What the server says it is: <c>standalone</c>, <c>leader</c> or <c>follower</c>; null where it does not serve.</summary>
    /// <exception cref="InvalidOperationException">The process has ended by itself.</exception>
    public async Task<string?> RoleAsync()
    {
        if (_process is { HasExited: true, ExitCode: not 137 })
        {
            throw new InvalidOperationException("Apache ZooKeeper ended:\n" + string.Join('\n', _output));
        }

        const string Mode = "Mode: ";
        var answer = await AskAsync("srvr");
        var start = answer.IndexOf(Mode, StringComparison.Ordinal);
        return start < 0 ? null : answer[(start + Mode.Length)..].Split('\n')[0].Trim();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process?.Dispose();
    }

    private async Task<string> AskAsync(string word)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", clientPort, patience.Token);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(word), patience.Token);
            using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
            return await reader.ReadToEndAsync(patience.Token);
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            return string.Empty;
        }
    }
}
