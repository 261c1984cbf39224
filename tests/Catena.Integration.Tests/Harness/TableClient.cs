using System.Diagnostics;
using System.Globalization;

namespace Catena.Integration.Tests.Harness;

/// <summary>The client in C of the table service, compiled from <c>Clients/table_client.c</c>.</summary>
internal sealed class TableClient : IAsyncDisposable
{
    /// <summary>More than the client itself has.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);

    private readonly Process _process;

    private TableClient(Process process) => _process = process;

    /// <summary>Compiles the client and starts it.</summary>
    /// <param name="directory">Where the program is made.</param>
    /// <param name="zooKeeper">Where it looks for servers.</param>
    internal static async Task<TableClient> StartAsync(string directory, string zooKeeper)
    {
        var clients = Path.GetDirectoryName(Repository.Client("table_client.proto"))!;
        var program = Path.Combine(directory, "table_client");
        (await Tool.RunAsync("protoc-c", $"--c_out={directory}", $"--proto_path={clients}", "table_client.proto")).Text();
        (await Tool.RunAsync(
            "gcc", "-std=gnu11", "-O1", "-Wall", "-Wextra", "-Werror", "-DTHREADED", "-I", directory, "-o", program,
            Repository.Client("table_client.c"), $"{program}.pb-c.c", "-lzookeeper_mt", "-lprotobuf-c", "-lpthread")).Text();
        return new TableClient(Tool.Start(program, zooKeeper));
    }

    /// <summary>Gives it a command and takes its answer.</summary>
    internal async Task<string> AskAsync(string command)
    {
        await _process.StandardInput.WriteLineAsync(command);
        await _process.StandardInput.FlushAsync();
        return await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience)
            ?? throw new InvalidOperationException($"the client has ended: {await _process.StandardError.ReadToEndAsync()}");
    }

    /// <summary>The ports to which it would send changes, and reads.</summary>
    internal async Task<(int Head, int Tail)> WhoAsync()
    {
        var words = (await AskAsync("who")).Split(' ');
        return words is ["head", var head, "tail", var tail] ? (PortOf(head), PortOf(tail)) : default;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static int PortOf(string address) => int.Parse(address.Split(':')[1], CultureInfo.InvariantCulture);
}
