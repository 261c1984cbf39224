using System.Diagnostics;
using System.Net.Sockets;
using Catena.Cli.CommandLine;
using Catena.Testing;

namespace Catena.Compare.Tests.Support;

/// <summary>A server of one of Debian's packages, on a port and in a directory of its own; killed in the end.</summary>
internal sealed class PeerProcess : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Process _process;

    /// <summary>Starts a server.</summary>
    /// <param name="program">The program, which the tests need: without its package they fail.</param>
    /// <param name="port">Where it will listen.</param>
    /// <param name="arguments">Its arguments, given its directory.</param>
    public PeerProcess(string program, int port, Func<string, string[]> arguments)
    {
        Address = new HostPort("127.0.0.1", port);
        _process = Process.Start(new ProcessStartInfo(program, arguments(Directory.CreateDirectory(_directory["data"]).FullName)) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Where it listens.</summary>
    public HostPort Address { get; }

    /// <summary>The id of the process.</summary>
    public int Id => _process.Id;

    /// <summary>Waits until it listens.</summary>
    public Task ListensAsync() => Eventually.TrueAsync($"port {Address.Port} is listened at", () =>
    {
        try
        {
            using var client = new TcpClient(Address.Host, Address.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    });

    /// <inheritdoc />
    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _directory.Dispose();
    }
}
