using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Catena.Cli.CommandLine;
using Catena.Cli.Znodes;
using Catena.ZooKeeper.Client;
using Catena.ZooKeeper.Protocol;

namespace Catena.Cli.Bench.Classic;

/// <summary>The load that clients of the Thrift KeyValueService know, with its command line and its two lines: <c>zk path threads seconds keyspace</c>.</summary>
/// <remarks>
/// Half puts, half gets of keys <c>key-N</c>, values <c>value-N</c>, each thread's calls one after the other. All go to the server whose znode has the smallest name under the path; the children are watched, and who loses its
/// connection looks where that server is now.
/// </remarks>
internal static class ClassicBench
{
    /// <summary>How many words the form has.</summary>
    public const int Words = 5;

    private const int MostThreads = 4096;

    /// <summary>Refuses what is not the classic form.</summary>
    /// <param name="result">The command's words.</param>
    /// <param name="argument">Those of the form.</param>
    public static void Refuse(CommandResult result, Argument<string[]> argument)
    {
        ArgumentNullException.ThrowIfNull(result);
        string[] words = [.. result.GetResult(argument)?.Tokens.Select(token => token.Value) ?? []];
        if (words.Length == 0)
        {
            return;
        }

        if (words.Length != Words)
        {
            result.AddError($"'{words[0]}' is no option, and the classic form has {Words} words: zk path threads seconds keyspace.");
        }
        else if (!TryRead(words, out _, out var fault))
        {
            result.AddError(fault);
        }
    }

    /// <summary>Puts the load on.</summary>
    /// <param name="words">The form's words, which are as they should be.</param>
    /// <param name="timeout">How long to wait for an answer.</param>
    /// <param name="output">Takes the two lines.</param>
    /// <param name="stop">Asks to end before the time.</param>
    /// <returns>An exit code.</returns>
    /// <exception cref="CommandException">ZooKeeper does not answer, or knows no server under the path.</exception>
    public static int Run(IReadOnlyList<string> words, TimeSpan timeout, TextWriter output, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(output);
        if (!TryRead(words, out var options, out var fault))
        {
            throw new CommandException(ExitCode.Usage, fault);
        }

        // The load's threads block, and the session has its own: nothing waits for this one.
        return ZnodeAccess.RunAsync(words[0], timeout, client => RunAsync(client, words[1], options with { Timeout = timeout }, output, stop), stop).GetAwaiter().GetResult();
    }

    private static async Task<int> RunAsync(ZooKeeperClient client, string path, BenchOptions options, TextWriter output, CancellationToken stop)
    {
        var nodes = new AnnouncedNode(client, path);
        await nodes.FindAsync().ConfigureAwait(false);
        if (!nodes.IsKnown)
        {
            throw new CommandException(ExitCode.ClusterDead, $"no server is announced under {path}. Nodes announce themselves with: catena up --announce thrift={path}");
        }

        var result = BenchRunner.Run(options with { Nodes = nodes }, null, _ => { }, stop);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Aggregate throughput: {result.Throughput:0.00} RPCs/s"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Average latency: {result.All.Mean / 1e6:0.000} ms"));
        return result.Counts.Completed > 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    private static bool TryRead(IReadOnlyList<string> words, out BenchOptions options, out string fault)
    {
        options = new BenchOptions { Nodes = [] };
        fault = "";
        try
        {
            _ = ConnectString.Parse(words[0]);
        }
        catch (FormatException malformed)
        {
            fault = $"{malformed.Message}.";
            return false;
        }

        if (ZnodePath.Fault(words[1]) is { } wrong)
        {
            fault = $"'{words[1]}' is no znode's path: {wrong}.";
        }
        else if (!TryNumber(words[2], MostThreads, out var threads))
        {
            fault = $"'{words[2]}' is no number of threads from 1 to {MostThreads}.";
        }
        else if (!Durations.TryParse(words[3], out var duration))
        {
            fault = $"'{words[3]}' is no number of seconds.";
        }
        else if (!TryNumber(words[4], int.MaxValue, out var keys))
        {
            fault = $"'{words[4]}' is no number of keys from 1 to {int.MaxValue}.";
        }
        else
        {
            options = options with { Protocol = BenchProtocol.Thrift, Threads = threads, Duration = duration, Keys = keys, ValueBytes = 1 };
        }

        return fault.Length == 0;
    }

    private static bool TryNumber(string text, int most, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= 1 && number <= most;
}
