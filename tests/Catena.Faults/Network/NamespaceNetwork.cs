using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Catena.Faults.Network;

/// <summary>Hosts in network namespaces of their own, with a router between them that can lose what passes; nothing else is reachable from them.</summary>
/// <remarks>
/// <para>
/// Every host has a pair of virtual links to the router's namespace and a subnet of two addresses. What the router's rules call a black hole is lost without
/// a word, as on a real network: a filter on a host itself would tell the sender. Rules are by source and destination, so that any
/// direction between any two hosts can be cut alone. All of it needs iproute2 and root, and no other package.
/// </para>
/// <para>Names begin with a prefix that no other run has; whatever is left of a run is found by it.</para>
/// </remarks>
internal sealed partial class NamespaceNetwork : INetwork
{
    private const string Observer = "watch";
    private const int FirstPriority = 100;
    private const string LatencyInMilliseconds = "100";

    private readonly string _prefix;
    private readonly List<string> _hosts;
    private readonly bool _hasNetem;

    /// <summary>Makes the namespaces.</summary>
    /// <param name="prefix">What the names of all of them begin with.</param>
    /// <param name="hosts">The hosts.</param>
    /// <exception cref="HarnessException">The system refused.</exception>
    public NamespaceNetwork(string prefix, IEnumerable<string> hosts)
    {
        _prefix = prefix;
        _hosts = [Observer, .. hosts];
        Tool.Run("ip", "netns", "add", Router);
        Tool.Run("ip", "-n", Router, "link", "set", "lo", "up");
        Tool.Run("nsenter", NamespaceOption(Router), "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward");
        foreach (var host in _hosts)
        {
            Connect(host);
        }

        _hasNetem = Tool.TryRun(out _, "tc", "-n", Router, "qdisc", "add", "dev", Observer, "root", "netem", "delay", "1ms");
        if (_hasNetem)
        {
            Tool.Run("tc", "-n", Router, "qdisc", "del", "dev", Observer, "root");
        }
    }

    /// <inheritdoc />
    public bool CanCut => true;

    /// <inheritdoc />
    public string Slowness => _hasNetem
        ? $"{LatencyInMilliseconds} ms and a little more each way (netem)"
        : "1 Mbit/s each way, packets queue for up to 400 ms (tbf: this kernel has no netem)";

    private string Router => $"{_prefix}router";

    /// <summary>Removes what runs of a prefix have left: processes in their namespaces, and the namespaces.</summary>
    public static void Remove(string prefix)
    {
        if (!Tool.TryRun(out var listed, "ip", "netns", "list"))
        {
            return;
        }

        var names = listed.Split('\n').Select(line => line.Split(' ')[0]).Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).ToList();
        foreach (var name in names)
        {
            if (Tool.TryRun(out var pids, "ip", "netns", "pids", name))
            {
                foreach (Match pid in Number().Matches(pids))
                {
                    Tool.TryRun(out _, "kill", "-9", pid.Value);
                }
            }
        }

        foreach (var name in names)
        {
            Tool.TryRun(out _, "ip", "netns", "del", name);
        }
    }

    /// <inheritdoc />
    public IPAddress AddressOf(string host) => new([10, 91, (byte)(_hosts.IndexOf(host) + 1), 2]);

    /// <inheritdoc />
    public IReadOnlyList<string> On(string host, IReadOnlyList<string> command) => ["nsenter", NamespaceOption(_prefix + host), .. command];

    /// <inheritdoc />
    public Socket Observe() => NamespaceSockets.Open(PathOf(_prefix + Observer));

    /// <inheritdoc />
    public void Cut(string from, string to) => Tool.Run("ip", ["-n", Router, "rule", "add", .. RuleOf(from, to)]);

    /// <inheritdoc />
    public void Mend(string from, string to) => Tool.Run("ip", ["-n", Router, "rule", "del", .. RuleOf(from, to)]);

    /// <inheritdoc />
    public void Slow(string host)
    {
        string[] discipline = _hasNetem
            ? ["netem", "delay", LatencyInMilliseconds + "ms", "20ms"]
            : ["tbf", "rate", "1mbit", "burst", "3000", "latency", "400ms"];
        Tool.Run("tc", ["-n", Router, "qdisc", "add", "dev", host, "root", .. discipline]);
        Tool.Run("tc", ["-n", _prefix + host, "qdisc", "add", "dev", "eth0", "root", .. discipline]);
    }

    /// <inheritdoc />
    public void Hasten(string host)
    {
        Tool.Run("tc", "-n", Router, "qdisc", "del", "dev", host, "root");
        Tool.Run("tc", "-n", _prefix + host, "qdisc", "del", "dev", "eth0", "root");
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        Remove(_prefix);
        return ValueTask.CompletedTask;
    }

    private static string PathOf(string name) => $"/var/run/netns/{name}";

    private static string NamespaceOption(string name) => $"--net={PathOf(name)}";

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number();

    private void Connect(string host)
    {
        var name = _prefix + host;
        var subnet = FormattableString.Invariant($"10.91.{_hosts.IndexOf(host) + 1}");
        Tool.Run("ip", "netns", "add", name);
        Tool.Run("ip", "-n", Router, "link", "add", host, "type", "veth", "peer", "name", "eth0", "netns", name);
        Tool.Run("ip", "-n", Router, "addr", "add", $"{subnet}.1/30", "dev", host);
        Tool.Run("ip", "-n", Router, "link", "set", host, "up");
        Tool.Run("ip", "-n", name, "link", "set", "lo", "up");
        Tool.Run("ip", "-n", name, "addr", "add", $"{subnet}.2/30", "dev", "eth0");
        Tool.Run("ip", "-n", name, "link", "set", "eth0", "up");
        Tool.Run("ip", "-n", name, "route", "add", "default", "via", $"{subnet}.1");
    }

    private string[] RuleOf(string from, string to)
    {
        var priority = FormattableString.Invariant($"{FirstPriority + (_hosts.IndexOf(from) * _hosts.Count) + _hosts.IndexOf(to)}");
        return ["pref", priority, "from", AddressOf(from).ToString(), "to", AddressOf(to).ToString(), "blackhole"];
    }
}
