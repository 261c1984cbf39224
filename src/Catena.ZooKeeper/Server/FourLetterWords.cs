using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Catena.ZooKeeper.Tree;

namespace Catena.ZooKeeper.Server;

/// <summary>Answers the commands of four letters that operators and monitors send in place of a handshake.</summary>
/// <remarks>
/// The answers have the shape of Apache ZooKeeper 3.8's, so that tools which parse those understand them; of the many figures of
/// <c>mntr</c>, those that a server of one has. Belongs to the engine's thread.
/// </remarks>
/// <param name="tree">What is told about.</param>
/// <param name="options">The server's options, with the port that it listens on.</param>
/// <param name="links">The connections.</param>
internal sealed class FourLetterWords(ZnodeTree tree, EmbeddedZooKeeperServerOptions options, IReadOnlyCollection<ServerLink> links)
{
    /// <summary>How long a word is.</summary>
    public const int Length = 4;

    private const string Version = "3.8.0-catena, built into the process";
    private readonly long _started = options.TimeProvider.GetTimestamp();

    /// <summary>What all connections together received and sent, as far as they are gone.</summary>
    public Traffic Totals { get; } = new();

    private long Received => Totals.Received + links.Sum(link => link.Traffic.Received);

    private long Sent => Totals.Sent + links.Sum(link => link.Traffic.Sent);

    private double MinSession => (options.MinSessionTimeout ?? options.TickTime * 2).TotalMilliseconds;

    private double MaxSession => (options.MaxSessionTimeout ?? options.TickTime * 20).TotalMilliseconds;

    /// <summary>Keeps a connection's counts when it goes.</summary>
    /// <param name="link">The connection.</param>
    public void Forget(ServerLink link)
    {
        Totals.Received += link.Traffic.Received;
        Totals.Sent += link.Traffic.Sent;
    }

    /// <summary>Stages the answer to a word.</summary>
    /// <param name="word">The word.</param>
    /// <param name="link">Who asks.</param>
    /// <returns>False where it is none of the words.</returns>
    public bool TryAnswer(ReadOnlySpan<byte> word, ServerLink link)
    {
        link.Traffic.Received++;
        var text = Encoding.ASCII.GetString(word) switch
        {
            "ruok" => "imok",
            "isro" => "rw",
            "srvr" => Summary(string.Empty),
            "stat" => Summary(Invariant($"Clients:\n{Connections(detailed: false)}\n")),
            "cons" => Connections(detailed: true) + "\n",
            "envi" => Environs(),
            "conf" => Configuration(),
            "mntr" => Figures(),
            "wchs" => Watches(),
            _ => null,
        };
        if (text is null)
        {
            return false;
        }

        link.Staged.Raw(Encoding.UTF8.GetBytes(text));
        return true;
    }

    private string Summary(string clients) => Invariant($"""
        Zookeeper version: {Version}
        {clients}Latency min/avg/max: {Totals.MinLatency}/{Mean(Totals)}/{Totals.MaxLatency}
        Received: {Received}
        Sent: {Sent}
        Connections: {links.Count}
        Outstanding: {links.Sum(link => link.Unanswered)}
        Zxid: 0x{tree.LastZxid:x}
        Mode: standalone
        Node count: {tree.NodeCount}

        """);

    private string Connections(bool detailed)
    {
        var text = new StringBuilder();
        foreach (var link in links)
        {
            var traffic = link.Traffic;
            var isSession = link.SessionId != 0;
            text.Append(Invariant(
                $" /{link.Remote}[{(isSession ? 1 : 0)}](queued={link.Unanswered},recved={traffic.Received},sent={traffic.Sent}"));
            if (detailed && isSession)
            {
                text.Append(Invariant(
                    $",sid=0x{link.SessionId:x},lop={NameOf(link)},est={link.EstablishedAt},to={link.TimeoutMilliseconds},lcxid=0x{link.LastRequest.Xid:x}"));
                text.Append(Invariant(
                    $",lzxid=0x{tree.LastZxid:x},lresp={link.AnsweredAt},llat={traffic.LastLatency},minlat={traffic.MinLatency},avglat={Mean(traffic)},maxlat={traffic.MaxLatency}"));
            }

            text.Append(")\n");
        }

        return text.ToString();
    }

    private static string Environs() => Invariant($"""
        Environment:
        zookeeper.version={Version}
        host.name={Environment.MachineName}
        dotnet.version={Environment.Version}
        os.name={(OperatingSystem.IsLinux() ? "Linux" : RuntimeInformation.OSDescription)}
        os.arch={RuntimeInformation.OSArchitecture}
        os.version={Environment.OSVersion.Version}
        user.name={Environment.UserName}
        user.home={Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)}
        user.dir={Environment.CurrentDirectory}

        """);

    private string Configuration() => Invariant($"""
        clientPort={options.EndPoint.Port}
        secureClientPort=-1
        dataDir={options.DataDirectory}
        dataLogDir={options.DataDirectory}
        tickTime={options.TickTime.TotalMilliseconds}
        maxClientCnxns={options.MaxConnections}
        minSessionTimeout={MinSession}
        maxSessionTimeout={MaxSession}
        serverId=0

        """);

    private string Figures() => Invariant($"""
        zk_version	{Version}
        zk_server_state	standalone
        zk_min_latency	{Totals.MinLatency}
        zk_avg_latency	{Mean(Totals)}
        zk_max_latency	{Totals.MaxLatency}
        zk_packets_received	{Received}
        zk_packets_sent	{Sent}
        zk_num_alive_connections	{links.Count}
        zk_outstanding_requests	{links.Sum(link => link.Unanswered)}
        zk_global_sessions	{tree.Sessions.Count}
        zk_local_sessions	0
        zk_znode_count	{tree.NodeCount}
        zk_watch_count	{tree.Watches.Count}
        zk_ephemerals_count	{tree.EphemeralCount}
        zk_approximate_data_size	{tree.DataSize}
        zk_uptime	{options.TimeProvider.GetElapsedTime(_started).TotalMilliseconds:f0}

        """);

    private string Watches()
    {
        var (paths, watchers) = tree.Watches.Spread();
        return Invariant($"{watchers} connections watching {paths} paths\nTotal watches:{tree.Watches.Count}\n");
    }

    /// <summary>A request's name as Apache shortens it, such as <c>GETD</c>.</summary>
    private static string NameOf(ServerLink link) => link.LastRequest.Type switch
    {
        0 => "SESS",
        Protocol.OpCode.GetData => "GETD",
        Protocol.OpCode.SetData => "SETD",
        Protocol.OpCode.GetChildren or Protocol.OpCode.GetChildren2 => "GETC",
        Protocol.OpCode.GetAcl => "GETA",
        Protocol.OpCode.SetAcl => "SETA",
        Protocol.OpCode.SetWatches or Protocol.OpCode.SetWatches2 => "SETW",
        var type => type.ToString().ToUpperInvariant() is { Length: > Length } name ? name[..Length] : type.ToString().ToUpperInvariant(),
    };

    private static string Mean(Traffic traffic) => traffic.MeanLatency.ToString("0.0###", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
