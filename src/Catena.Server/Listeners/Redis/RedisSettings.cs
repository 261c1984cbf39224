using System.Globalization;
using System.Text;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;
using Catena.Server.Node;

namespace Catena.Server.Listeners.Redis;

/// <summary>What CONFIG GET tells: the node's settings under the names by which Redis knows the like.</summary>
/// <remarks>
/// <c>save</c> is empty and <c>appendonly</c> is yes: there are no periodic dumps, and every write goes to a log;
/// <c>appendfsync</c> is the durability setting. <c>maxmemory</c> is 0, since no key is ever evicted. <c>databases</c> is 1.
/// </remarks>
internal sealed class RedisSettings
{
    private readonly (string Name, string Value)[] _settings;

    /// <summary>The settings of one listener.</summary>
    /// <param name="node">The node's settings.</param>
    /// <param name="options">The listener's limits.</param>
    /// <param name="limits">What a client may send at most.</param>
    public RedisSettings(NodeOptions node, ListenerOptions options, RespLimits limits)
    {
        _settings =
        [
            ("appendfsync", node.Durability switch { Durability.Always => "always", Durability.Interval => "everysec", _ => "no" }),
            ("appendonly", "yes"),
            ("bind", node.Bind.ToString()),
            ("client-query-buffer-limit", Print(limits.MessageBytes)),
            ("cluster-enabled", node.RedisCluster ? "yes" : "no"),
            ("databases", "1"),
            ("dir", node.DataDirectory),
            ("maxclients", Print(options.MaxClients)),
            ("maxmemory", "0"),
            ("maxmemory-policy", "noeviction"),
            ("min-replicas-to-write", Print(Math.Max(node.MinInSync - 1, 0))),
            ("port", Print(node.RedisPort)),
            ("proto-max-bulk-len", Print(limits.BulkBytes)),
            ("save", ""),
            ("tcp-backlog", Print(options.Backlog)),
            ("tcp-keepalive", Print((int)options.KeepAlive.TotalSeconds)),
            ("timeout", "0"),
        ];
    }

    /// <summary>The settings whose names match any of the patterns of a request.</summary>
    /// <param name="request">The request; the patterns begin with its third argument.</param>
    public List<(string Name, string Value)> Find(RespRequest request)
    {
        var found = new List<(string, string)>();
        Span<byte> name = stackalloc byte[64];
        foreach (var setting in _settings)
        {
            var length = Encoding.ASCII.GetBytes(setting.Name, name);
            for (var i = 2; i < request.Count; i++)
            {
                if (new GlobPattern(ToLower(request[i])).IsMatch(name[..length]))
                {
                    found.Add(setting);
                    break;
                }
            }
        }

        return found;
    }

    private static byte[] ToLower(ReadOnlySpan<byte> pattern)
    {
        var lower = pattern.ToArray();
        foreach (ref var letter in lower.AsSpan())
        {
            letter = letter is >= (byte)'A' and <= (byte)'Z' ? (byte)(letter | 0x20) : letter;
        }

        return lower;
    }

    private static string Print(int number) => number.ToString(CultureInfo.InvariantCulture);
}
