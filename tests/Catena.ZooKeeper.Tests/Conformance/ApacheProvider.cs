using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Catena.ZooKeeper.Tests.Support;

namespace Catena.ZooKeeper.Tests.Conformance;

/// <summary>One server of Apache ZooKeeper, as Debian's package <c>zookeeper</c> brings it; without the package the tests fail.</summary>
public sealed class ApacheProvider : IZooKeeperProvider
{
    private const string ClassPath = "/usr/share/java/zookeeper.jar:/usr/share/java/slf4j-simple.jar";
    private readonly TempDirectory _directory = new();
    private readonly int _port = FreePort();
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _output = new();
    private Process? _server;

    public string ConnectString => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_port}");

    public async ValueTask InitializeAsync()
    {
        foreach (var jar in ClassPath.Split(':'))
        {
            Assert.True(File.Exists(jar), $"{jar} is missing: install Debian's packages zookeeper and libslf4j-java");
        }

        var configuration = Path.Combine(_directory.Path, "zoo.cfg");
        await File.WriteAllTextAsync(configuration, string.Create(CultureInfo.InvariantCulture, $"""
            tickTime=200
            dataDir={_directory.Path}/data
            clientPort={_port}
            clientPortAddress=127.0.0.1
            admin.enableServer=false
            maxClientCnxns=0
            4lw.commands.whitelist=*
            """));
        var start = new ProcessStartInfo("java")
        {
            ArgumentList =
            {
                "-Xmx128m", "-Dznode.container.checkIntervalMs=200", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", ClassPath,
                "org.apache.zookeeper.server.ZooKeeperServerMain", configuration,
            },
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        _server = Process.Start(start) ?? throw new InvalidOperationException("java did not start");
        _server.OutputDataReceived += (_, line) => _output.Enqueue(line.Data ?? string.Empty);
        _server.ErrorDataReceived += (_, line) => _output.Enqueue(line.Data ?? string.Empty);
        _server.BeginOutputReadLine();
        _server.BeginErrorReadLine();
        await Patience.Until(AnswersAsync, "Apache ZooKeeper answers");
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is { } server)
        {
            server.Kill();
            await server.WaitForExitAsync();
            server.Dispose();
        }

        _directory.Dispose();
    }

    private async Task<bool> AnswersAsync()
    {
        Assert.False(_server!.HasExited, "Apache ZooKeeper ended:\n" + string.Join('\n', _output));
        try
        {
            // A handshake that arrives while the server starts may be dropped without a word.
            using var raw = await RawSession.OpenAsync(ConnectString).WaitAsync(TimeSpan.FromSeconds(1));
            return raw.Response.SessionId != 0;
        }
        catch (Exception e) when (e is SocketException or EndOfStreamException or TimeoutException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
