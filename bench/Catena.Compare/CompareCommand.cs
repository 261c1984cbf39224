using System.CommandLine;
using System.Net.Sockets;
using Catena.Cli.CommandLine;

namespace Catena.Compare;

/// <summary>The command line of the loader, which <c>bench/compare/run</c> starts for each of its loads.</summary>
internal static class CompareCommand
{
    private const int MostValueBytes = 8192;

    private static readonly Option<HostPort[]> Nodes = HostPort.Option("A server; connections are spread over all of them.");

    private static readonly Option<PeerProtocol> Protocol = new("--protocol") { Description = "How the servers are spoken to.", Required = true };

    private static readonly Option<int> Clients = Number("--clients", 50, "How many connections.");

    private static readonly Option<int> Pipeline = Number("--pipeline", 1, "How many requests a connection sends at once; etcd's connections send one.");

    private static readonly Option<int> Keys = Number("--keys", 100_000, "How many keys there are.");

    private static readonly Option<int> ValueBytes = Number("--value-size", 100, $"How long values are at least, in bytes; at most {MostValueBytes}.");

    private static readonly Option<int> Replicas = Number("--replicas", 2, "How many replicas WAIT waits for.");

    private static readonly Option<string> KeyPrefix = new("--key-prefix") { Description = "What keys begin with.", DefaultValueFactory = _ => "/key-" };

    private static readonly Option<double> Seconds = new("--seconds") { Description = "For how long is measured.", DefaultValueFactory = _ => 5 };

    private static readonly Option<double> WarmUp = new("--warm-up") { Description = "For how many seconds the load goes on before.", DefaultValueFactory = _ => 1 };

    private static readonly Option<bool> Reads = new("--reads") { Description = "Read keys; otherwise they are written." };

    private static readonly Option<bool> Fills = new("--fill") { Description = "Write every key once, and do nothing else." };

    private static readonly Option<int[]> Processes = new("--pid") { Description = "A server's process, whose processor time is told.", DefaultValueFactory = _ => [] };

    /// <summary>Makes the command.</summary>
    public static RootCommand Create()
    {
        var root = new RootCommand("Puts one load on servers and prints how it went, as JSON: the loader of bench/compare/run.")
        {
            Nodes, Protocol, Clients, Pipeline, Keys, ValueBytes, Replicas, KeyPrefix, Seconds, WarmUp, Reads, Fills, Processes,
        };
        root.Validators.Add(result =>
        {
            if (result.GetValue(Nodes) is not { Length: > 0 })
            {
                result.AddError("--node is missing.");
            }

            if (result.GetValue(Protocol) == PeerProtocol.Etcd && result.GetValue(Pipeline) > 1)
            {
                result.AddError("etcd's connections send one request at a time; give more clients.");
            }

            if (result.GetValue(Protocol) == PeerProtocol.RedisWait && (result.GetValue(Reads) || result.GetValue(Fills)))
            {
                result.AddError("with RedisWait keys are written; read and fill them through Redis.");
            }

            if (result.GetValue(ValueBytes) > MostValueBytes)
            {
                result.AddError($"values have at most {MostValueBytes} bytes.");
            }
        });
        root.SetAction(Run);
        return root;
    }

    private static int Run(ParseResult parsed)
    {
        var options = new CompareOptions
        {
            Protocol = parsed.GetValue(Protocol),
            Nodes = parsed.GetValue(Nodes)!,
            Clients = parsed.GetValue(Clients),
            Pipeline = parsed.GetValue(Pipeline),
            Reads = parsed.GetValue(Reads),
            Fills = parsed.GetValue(Fills),
            Keys = parsed.GetValue(Keys),
            KeyPrefix = parsed.GetValue(KeyPrefix)!,
            ValueBytes = parsed.GetValue(ValueBytes),
            Duration = TimeSpan.FromSeconds(parsed.GetValue(Seconds)),
            WarmUp = TimeSpan.FromSeconds(parsed.GetValue(WarmUp)),
            Replicas = parsed.GetValue(Replicas),
            Processes = parsed.GetValue(Processes)!,
        };
        try
        {
            (options.Fills ? CompareLoad.Fill(options, CancellationToken.None) : CompareLoad.Run(options, CancellationToken.None)).Print(Console.Out);
            return ExitCode.Ok;
        }
        catch (Exception failed) when (failed is CommandException or SocketException or IOException or InvalidDataException)
        {
            Console.Error.WriteLine(failed.Message);
            return ExitCode.Failed;
        }
    }

    private static Option<int> Number(string name, int value, string description)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "number", DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError($"{name} has to be at least 1.");
            }
        });
        return option;
    }
}
