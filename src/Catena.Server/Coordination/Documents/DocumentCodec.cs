using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Catena.Core.Control;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Core.Replication;

namespace Catena.Server.Coordination.Documents;

/// <summary>Znodes' data to and from what the program works with; JSON, so that people can read a cluster with any ZooKeeper shell.</summary>
internal static class DocumentCodec
{
    /// <summary>A configuration as the data of its znode.</summary>
    public static byte[] Encode(Configuration configuration) =>
        JsonSerializer.SerializeToUtf8Bytes(ToDocument(configuration), DocumentJson.Default.ConfigurationDocument);

    /// <summary>The settings as the data of their znode.</summary>
    public static byte[] Encode(SettingsDocument settings) => JsonSerializer.SerializeToUtf8Bytes(settings, DocumentJson.Default.SettingsDocument);

    /// <summary>A registration as the data of its znode.</summary>
    public static byte[] Encode(NodeDocument node) => JsonSerializer.SerializeToUtf8Bytes(node, DocumentJson.Default.NodeDocument);

    /// <summary>A running node as the data of its znode.</summary>
    public static byte[] Encode(MemberDocument member) => JsonSerializer.SerializeToUtf8Bytes(member, DocumentJson.Default.MemberDocument);

    /// <summary>A place in the election as the data of its znode.</summary>
    public static byte[] Encode(SeatDocument seat) => JsonSerializer.SerializeToUtf8Bytes(seat, DocumentJson.Default.SeatDocument);

    /// <summary>What a node knows, as its answer to <c>GET /metadata</c>.</summary>
    public static byte[] Encode(MetadataDocument metadata) => JsonSerializer.SerializeToUtf8Bytes(metadata, DocumentJson.Default.MetadataDocument);

    /// <summary>A configuration as its document.</summary>
    public static ConfigurationDocument ToDocument(Configuration configuration) => new()
    {
        Epoch = configuration.Epoch.Value,
        Mode = ReplicationModes.NameOf(configuration.Mode),
        Members = [.. configuration.Members.Select(node => node.ToString())],
        Learners = [.. configuration.Learners.Select(node => node.ToString())],
        Generation = configuration.Generation,
        InSyncEpoch = configuration.InSyncEpoch.Value,
        InSyncMembers = [.. configuration.InSyncMembers.Select(node => node.ToString())],
    };

    /// <summary>Reads a configuration.</summary>
    /// <exception cref="FormatException">The data holds none.</exception>
    public static Configuration DecodeConfiguration(ReadOnlySpan<byte> data) =>
        ToConfiguration(Decode(data, DocumentJson.Default.ConfigurationDocument));

    /// <summary>A document's configuration.</summary>
    /// <exception cref="FormatException">It holds none.</exception>
    public static Configuration ToConfiguration(ConfigurationDocument document)
    {
        var configuration = new Configuration
        {
            Epoch = new Epoch(document.Epoch),
            Mode = ModeOf(document.Mode),
            Members = NodesOf(document.Members),
            Learners = NodesOf(document.Learners),
            Generation = document.Generation,
            InSyncEpoch = new Epoch(document.InSyncEpoch),
            InSyncMembers = NodesOf(document.InSyncMembers),
        };
        var named = configuration.Members.AddRange(configuration.Learners);
        Require(configuration.Epoch > Epoch.None, "it has no epoch");
        Require(!configuration.Members.IsEmpty, "it has no members");
        Require(named.Distinct().Count() == named.Length, "it names a node twice");
        return configuration;
    }

    /// <summary>Reads the settings.</summary>
    /// <exception cref="FormatException">The data holds none, or those of a later version.</exception>
    public static SettingsDocument DecodeSettings(ReadOnlySpan<byte> data) => Checked(Decode(data, DocumentJson.Default.SettingsDocument));

    /// <summary>Reads a registration.</summary>
    /// <exception cref="FormatException">The data holds none.</exception>
    public static NodeDocument DecodeNode(ReadOnlySpan<byte> data) => Checked(Decode(data, DocumentJson.Default.NodeDocument));

    /// <summary>Reads what a node knows.</summary>
    /// <exception cref="FormatException">The data does not tell it, or not in a way that makes sense.</exception>
    public static MetadataDocument DecodeMetadata(ReadOnlySpan<byte> data)
    {
        var metadata = Decode(data, DocumentJson.Default.MetadataDocument);
        _ = Checked(metadata.Node);
        foreach (var node in metadata.Nodes)
        {
            _ = Checked(node);
        }

        _ = metadata.Settings is { } settings ? Checked(settings) : null;
        return metadata;
    }

    /// <summary>Reads a running node.</summary>
    /// <exception cref="FormatException">The data holds none.</exception>
    public static MemberDocument DecodeMember(ReadOnlySpan<byte> data)
    {
        var member = Decode(data, DocumentJson.Default.MemberDocument);
        _ = NodeOf(member.Id);
        RequirePort(member.PeerPort);
        RequirePort(member.RedisPort);
        RequirePort(member.ThriftPort);
        RequirePort(member.HttpPort);
        RequirePort(member.TablePort);
        RequirePort(member.TextPort);
        return member;
    }

    /// <summary>Reads a place in the election.</summary>
    /// <exception cref="FormatException">The data holds none.</exception>
    public static SeatDocument DecodeSeat(ReadOnlySpan<byte> data)
    {
        var seat = Decode(data, DocumentJson.Default.SeatDocument);
        _ = NodeOf(seat.Id);
        return seat;
    }

    /// <summary>The settings that the controller goes by.</summary>
    /// <exception cref="FormatException">The mode is unknown.</exception>
    public static ClusterSettings ToSettings(SettingsDocument document) => new()
    {
        Partitions = document.Partitions,
        Replicas = document.Replicas,
        MinInSync = document.MinInSync,
        Mode = ModeOf(document.Mode),
        ExpectedNodes = document.ExpectedNodes,
        ReReplicationDelayMillis = document.ReReplicationDelayMilliseconds,
    };

    /// <summary>The node of 16 hexadecimal digits.</summary>
    /// <exception cref="FormatException">They are not.</exception>
    public static NodeId NodeOf(string? text) => TryNode(text, out var node) ? node : throw new FormatException($"'{text}' is no node");

    /// <summary>The node of 16 hexadecimal digits, where they are that.</summary>
    public static bool TryNode(string? text, out NodeId node)
    {
        var isNumber = ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value);
        node = new NodeId(value);
        return isNumber && node.ToString() == text && node != NodeId.None;
    }

    /// <summary>A registration's state by its name.</summary>
    /// <exception cref="FormatException">There is no such state.</exception>
    public static RegistrationState StateOf(string name) => name switch
    {
        "active" => RegistrationState.Active,
        "draining" => RegistrationState.Draining,
        "lost" => RegistrationState.Lost,
        _ => throw new FormatException($"'{name}' is no state of a node"),
    };

    private static NodeDocument Checked(NodeDocument node)
    {
        _ = NodeOf(node.Id);
        _ = StateOf(node.State);
        RequirePort(node.PeerPort);
        RequirePort(node.RedisPort);
        RequirePort(node.ThriftPort);
        RequirePort(node.HttpPort);
        RequirePort(node.TablePort);
        RequirePort(node.TextPort);
        Require(node.Weight is >= 1 and <= RingNode.MaxWeight, $"{node.Weight} is no weight");
        Require(node.LeadWeight is >= 0 and <= RingNode.MaxWeight, $"{node.LeadWeight} is no lead weight");
        return node;
    }

    private static SettingsDocument Checked(SettingsDocument settings)
    {
        Require(settings.Format == SettingsDocument.CurrentFormat, $"it has format {settings.Format}, this program reads {SettingsDocument.CurrentFormat}");
        Require(settings.ClusterId != Guid.Empty, "it has no cluster UUID");
        try
        {
            ToSettings(settings).Validate();
        }
        catch (ArgumentException e)
        {
            throw new FormatException(e.Message, e);
        }

        return settings;
    }

    private static ReplicationMode ModeOf(string name) =>
        ReplicationModes.TryParse(name, out var mode) ? mode : throw new FormatException($"'{name}' is no replication mode");

    private static ImmutableArray<NodeId> NodesOf(IReadOnlyList<string> texts) => [.. texts.Select(NodeOf)];

    private static T Decode<T>(ReadOnlySpan<byte> data, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(data, type) ?? throw new FormatException("it is null");
        }
        catch (JsonException e)
        {
            throw new FormatException(e.Message, e);
        }
    }

    private static void RequirePort(int port) => Require(port is >= 0 and <= ushort.MaxValue, $"{port} is no port");

    private static void Require(bool condition, string complaint)
    {
        if (!condition)
        {
            throw new FormatException(complaint);
        }
    }
}
