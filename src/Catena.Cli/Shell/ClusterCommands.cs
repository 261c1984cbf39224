using System.Globalization;
using System.Text.Json;
using Catena.Cli.Status;
using Catena.Protocols.Thrift;

namespace Catena.Cli.Shell;

/// <summary>The shell's commands on the cluster.</summary>
internal static class ClusterCommands
{
    /// <summary><c>status</c>.</summary>
    public static void Status(ShellSession session, IReadOnlyList<ShellWord> arguments)
    {
        var bytes = session.Call(new CatenaRequest(CatenaMethod.NodeStatus), Readings.Bytes, CallKind.Repeatable);
        try
        {
            using var raw = JsonDocument.Parse(bytes);
            var status = raw.RootElement.Deserialize<StatusDocument>(JsonSerializerOptions.Web) ?? new StatusDocument();
            if (!session.Output.IsJson)
            {
                using var text = new StringWriter();
                StatusTables.Print(status, text);
                session.Output.Line(text.ToString().TrimEnd());
            }

            session.Output.Json(json =>
            {
                json.WritePropertyName("status");
                raw.RootElement.WriteTo(json);
            });
        }
        catch (JsonException foreign)
        {
            throw new ShellException($"its status cannot be understood: {foreign.Message}");
        }
    }

    /// <summary><c>stats</c>.</summary>
    public static void Stats(ShellSession session, IReadOnlyList<ShellWord> arguments)
    {
        var map = Map(session);
        var keys = ScanCommands.Count(session);
        var alive = map.Nodes.Count(node => node.IsAlive);
        var placed = map.Partitions.Count(partition => partition.Members.Count > 0);
        session.Output.Line($"cluster     {map.Name} ({(map.IsAlive ? "alive" : "dead")})");
        session.Output.Line(string.Create(CultureInfo.InvariantCulture, $"nodes       {map.Nodes.Count} ({alive} alive)"));
        session.Output.Line(string.Create(CultureInfo.InvariantCulture, $"partitions  {map.Partitions.Count} ({placed} placed)"));
        session.Output.Line(string.Create(CultureInfo.InvariantCulture, $"keys        {keys}"));
        session.Output.Json(json =>
        {
            json.WriteString("cluster", map.Name);
            json.WriteBoolean("alive", map.IsAlive);
            json.WriteNumber("nodes", map.Nodes.Count);
            json.WriteNumber("nodesAlive", alive);
            json.WriteNumber("partitions", map.Partitions.Count);
            json.WriteNumber("partitionsPlaced", placed);
            json.WriteNumber("keys", keys);
        });
    }

    /// <summary><c>nodes</c>.</summary>
    public static void Nodes(ShellSession session, IReadOnlyList<ShellWord> arguments)
    {
        var map = Map(session);
        session.Output.Json(json => json.WriteStartArray("nodes"));
        foreach (var node in map.Nodes)
        {
            var asked = node.Id == map.AskedNode ? "  (asked)" : "";
            session.Output.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"{node.Name}  {node.Role}  {(node.IsAlive ? "alive" : "down")}  {node.Host}  thrift {node.ThriftPort}  redis {node.RedisPort}  http {node.HttpPort}{asked}"));
            session.Output.Json(json =>
            {
                json.WriteStartObject();
                json.WriteString("id", node.Id);
                json.WriteString("name", node.Name);
                json.WriteString("role", node.Role);
                json.WriteBoolean("alive", node.IsAlive);
                json.WriteString("host", node.Host);
                json.WriteNumber("thriftPort", node.ThriftPort);
                json.WriteNumber("redisPort", node.RedisPort);
                json.WriteNumber("httpPort", node.HttpPort);
                json.WriteBoolean("asked", node.Id == map.AskedNode);
                json.WriteEndObject();
            });
        }

        session.Output.Json(json => json.WriteEndArray());
    }

    /// <summary><c>partitions</c>.</summary>
    public static void Partitions(ShellSession session, IReadOnlyList<ShellWord> arguments)
    {
        var map = Map(session);
        session.Output.Json(json => json.WriteStartArray("partitions"));
        foreach (var partition in map.Partitions)
        {
            string[] members = [.. partition.Members.Select(id => map.Nodes.FirstOrDefault(node => node.Id == id)?.Name ?? id)];
            session.Output.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"{partition.Number}  slots {partition.FirstSlot}-{partition.LastSlot}  {(members.Length == 0 ? "not placed yet" : $"epoch {partition.Epoch}  {partition.Mode}  {string.Join(' ', members)}")}"));
            session.Output.Json(json =>
            {
                json.WriteStartObject();
                json.WriteNumber("number", partition.Number);
                json.WriteNumber("firstSlot", partition.FirstSlot);
                json.WriteNumber("lastSlot", partition.LastSlot);
                json.WriteNumber("epoch", partition.Epoch);
                json.WriteString("mode", partition.Mode);
                json.WriteStartArray("members");
                foreach (var member in members)
                {
                    json.WriteStringValue(member);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            });
        }

        session.Output.Json(json => json.WriteEndArray());
    }

    private static MappedCluster Map(ShellSession session) => session.Call(new CatenaRequest(CatenaMethod.ClusterMap), Readings.Map, CallKind.Repeatable);
}
