using System.Collections.Immutable;
using Catena.Core.Control;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Server.Cluster;
using Catena.Server.Coordination.Documents;
using Microsoft.Extensions.Logging;
using ClusterView = Catena.Server.Cluster.ClusterView;

namespace Catena.Server.Coordination.Tree;

/// <summary>What is known of the cluster's subtree.</summary>
/// <remarks>
/// Registrations, running nodes and the election are as they were last read. Of configurations the newest that was ever seen is kept: a tree that
/// goes back in time, or forgets, does not take this node with it. Nor does it take the nodes that those configurations name: where the registration of one
/// has gone, its last address stays. Nothing is forgotten because the connection is lost. Thread-safe.
/// </remarks>
internal sealed class ClusterTree
{
    private readonly Lock _gate = new();
    private readonly CoordinationPaths _paths;
    private readonly NodeId _self;
    private readonly string _name;
    private readonly ILogger _logger;
    private readonly Dictionary<NodeId, (NodeDocument Document, int Version)> _nodes = [];
    private readonly Dictionary<NodeId, NodeDocument> _unregistered = [];
    private readonly Dictionary<NodeId, MemberDocument> _members = [];
    private readonly Dictionary<string, (ElectionEntry Entry, SeatDocument Document)> _seats = [];
    private SettingsDocument? _settings;
    private int _settingsVersion;
    private StoredPartition?[] _partitions = [];

    /// <summary>An empty tree.</summary>
    /// <param name="paths">Where things are.</param>
    /// <param name="name">The cluster's name.</param>
    /// <param name="self">This node.</param>
    /// <param name="logger">The log.</param>
    public ClusterTree(CoordinationPaths paths, string name, NodeId self, ILogger logger)
    {
        _paths = paths;
        _name = name;
        _self = self;
        _logger = logger;
    }

    /// <summary>Takes the settings.</summary>
    /// <param name="settings">The settings, of the right cluster.</param>
    /// <param name="version">The version of their znode.</param>
    public void SetSettings(SettingsDocument settings, int version)
    {
        lock (_gate)
        {
            if (_partitions.Length != settings.Partitions)
            {
                Array.Resize(ref _partitions, settings.Partitions);
            }

            (_settings, _settingsVersion) = (settings, version);
        }
    }

    /// <summary>Takes everything below <c>nodes</c>, <c>members</c>, <c>election</c> and <c>partitions</c> at once.</summary>
    /// <param name="znodes">All znodes there.</param>
    public void ApplyAll(IEnumerable<ZnodeState> znodes)
    {
        lock (_gate)
        {
            foreach (var node in _nodes)
            {
                _unregistered[node.Key] = node.Value.Document;
            }

            _nodes.Clear();
            _members.Clear();
            _seats.Clear();
            for (var index = 0; index < _partitions.Length; index++)
            {
                _partitions[index] = _partitions[index] is { } known ? known with { IsCurrent = false } : null;
            }

            foreach (var znode in znodes)
            {
                Apply(znode);
            }

            for (var index = 0; index < _partitions.Length; index++)
            {
                if (_partitions[index] is { IsCurrent: false } lost)
                {
                    CoordinationLog.ConfigurationLost(_logger, index, lost.Configuration);
                }
            }
        }
    }

    /// <summary>Takes one znode, or that it is gone.</summary>
    /// <param name="znode">The znode.</param>
    public void Apply(ZnodeState znode)
    {
        var parent = CoordinationPaths.ParentOf(znode.Path);
        var name = CoordinationPaths.NameOf(znode.Path);
        lock (_gate)
        {
            try
            {
                if (parent == _paths.Partitions)
                {
                    ApplyPartition(name, znode);
                }
                else if (parent == _paths.Nodes && DocumentCodec.TryNode(name, out var node))
                {
                    if (_nodes.Remove(node, out var gone))
                    {
                        _unregistered[node] = gone.Document;
                    }

                    if (znode.Data is not null)
                    {
                        _nodes[node] = (DocumentCodec.DecodeNode(znode.Data), znode.Version);
                    }
                }
                else if (parent == _paths.Members && DocumentCodec.TryNode(name, out var member))
                {
                    _members.Remove(member);
                    if (znode.Data is not null)
                    {
                        _members[member] = DocumentCodec.DecodeMember(znode.Data);
                    }
                }
                else if (parent == _paths.Election && CoordinationPaths.SequenceOf(name) is { } sequence)
                {
                    _seats.Remove(name);
                    if (znode.Data is not null)
                    {
                        var seat = DocumentCodec.DecodeSeat(znode.Data);
                        _seats[name] = (new ElectionEntry(sequence, DocumentCodec.NodeOf(seat.Id)), seat);
                    }
                }
            }
            catch (FormatException e)
            {
                CoordinationLog.Unreadable(_logger, znode.Path, e.Message);
            }
        }
    }

    /// <summary>Takes a configuration that stands in its znode.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="configuration">What the znode holds.</param>
    /// <param name="version">The znode's version.</param>
    public void SetPartition(PartitionId partition, Configuration configuration, int version)
    {
        lock (_gate)
        {
            if (partition.Value >= _partitions.Length)
            {
                return;
            }

            var known = _partitions[partition.Value];
            if (known is null || configuration.Epoch > known.Configuration.Epoch || configuration == known.Configuration)
            {
                _partitions[partition.Value] = new StoredPartition(configuration, version, true);
            }
            else if (known.IsCurrent && version < known.Version)
            {
                // Read before the newer one was written, and told later.
            }
            else
            {
                CoordinationLog.WentBack(_logger, partition, configuration, known.Configuration);
                _partitions[partition.Value] = known with { IsCurrent = false };
            }
        }
    }

    /// <summary>The newest configuration known of a partition; null where none is.</summary>
    /// <param name="partition">The partition.</param>
    public StoredPartition? Find(PartitionId partition)
    {
        lock (_gate)
        {
            return partition.Value < _partitions.Length ? _partitions[partition.Value] : null;
        }
    }

    /// <summary>The node other than this that runs under a name; none where there is none.</summary>
    /// <param name="name">The name.</param>
    public NodeId FindRunning(string name)
    {
        lock (_gate)
        {
            return _nodes.FirstOrDefault(node => node.Key != _self && node.Value.Document.Name == name && _members.ContainsKey(node.Key)).Key;
        }
    }

    /// <summary>This node's places in the election, each with the life that took it.</summary>
    public IReadOnlyList<(string Path, ulong Incarnation)> OwnSeats()
    {
        lock (_gate)
        {
            return [.. _seats.Where(seat => seat.Value.Entry.Node == _self)
                .Select(seat => (CoordinationPaths.ChildOf(_paths.Election, seat.Key), seat.Value.Document.Incarnation))];
        }
    }

    /// <summary>The role that a place in the election gives this node; none where an earlier session's place of it stands before that.</summary>
    /// <param name="seatPath">This session's place.</param>
    public ClusterRole RoleAt(string seatPath)
    {
        lock (_gate)
        {
            var entries = _seats.Values.Select(seat => seat.Entry).ToArray();
            return _seats.TryGetValue(CoordinationPaths.NameOf(seatPath), out var own) && entries.All(entry => entry.Node != _self || entry.Sequence >= own.Entry.Sequence)
                ? ClusterRoles.From(entries).RoleOf(_self)
                : ClusterRole.None;
        }
    }

    /// <summary>The cluster as this node sees it.</summary>
    public ClusterView View()
    {
        lock (_gate)
        {
            var roles = ClusterRoles.From(_seats.Values.Select(seat => seat.Entry));
            var nodes = KnownNodes().Select(node => ToView(node.Id, node.Document, roles));
            return new ClusterView
            {
                Name = _name,
                ClusterId = _settings!.ClusterId,
                Self = _self,
                Nodes = [.. nodes.OrderBy(node => node.Name, StringComparer.Ordinal).ThenBy(node => node.Id)],
                Partitions = [.. _partitions.Select(partition => partition?.Configuration)],
                IsAlive = roles.IsAlive,
            };
        }
    }

    /// <summary>All registrations and configurations that are known, also those that the tree has lost.</summary>
    public (IReadOnlyList<NodeDocument> Nodes, IReadOnlyDictionary<PartitionId, Configuration> Configurations) Knowledge()
    {
        lock (_gate)
        {
            var configurations = Enumerable.Range(0, _partitions.Length).Where(index => _partitions[index] is not null)
                .ToDictionary(index => new PartitionId((ushort)index), index => _partitions[index]!.Configuration);
            return ([.. KnownNodes().Select(node => node.Document)], configurations);
        }
    }

    /// <summary>What the controller goes by, where this node is it.</summary>
    /// <param name="seatPath">This session's place in the election; null where it has none.</param>
    /// <returns>Null where that place is not the lowest.</returns>
    public ControllerPicture? PictureFor(string? seatPath)
    {
        lock (_gate)
        {
            if (seatPath is null || _settings is null || _seats.Count == 0
                || _seats.MinBy(seat => seat.Value.Entry.Sequence).Key != CoordinationPaths.NameOf(seatPath))
            {
                return null;
            }

            return new ControllerPicture(
                _settings,
                _settingsVersion,
                seatPath,
                [.. _members.Select(member => new LiveNode(member.Key, member.Value.Incarnation, member.Value.Zone))],
                [.. _nodes.Select(node => ToRegistration(node.Key, node.Value.Document, node.Value.Version))],
                [.. Enumerable.Range(0, _partitions.Length).Where(index => _partitions[index] is { IsCurrent: true })
                    .Select(index => new PartitionView(new PartitionId((ushort)index), _partitions[index]!.Configuration, _partitions[index]!.Version))]);
        }
    }

    /// <summary>The registered nodes, and those that configurations name although their registration has gone.</summary>
    private IEnumerable<(NodeId Id, NodeDocument Document)> KnownNodes()
    {
        var named = _partitions.OfType<StoredPartition>().SelectMany(partition => partition.Configuration.Members.Concat(partition.Configuration.Learners)).ToHashSet();
        return _nodes.Select(node => (node.Key, node.Value.Document))
            .Concat(_unregistered.Where(node => named.Contains(node.Key) && !_nodes.ContainsKey(node.Key)).Select(node => (node.Key, node.Value)));
    }

    private static NodeRegistration ToRegistration(NodeId id, NodeDocument document, int version) =>
        new(id, DocumentCodec.StateOf(document.State), document.Zone, 0, version, document.Weight, document.LeadWeight);

    private NodeView ToView(NodeId id, NodeDocument document, ClusterRoles roles)
    {
        var member = _members.GetValueOrDefault(id);
        var role = roles.RoleOf(id) switch
        {
            _ when member is null => "down",
            ClusterRole.Master => "master",
            ClusterRole.SubMaster => "sub-master",
            _ => "slave",
        };
        return new NodeView(
            id,
            document.Name,
            member?.Host ?? document.Host,
            member?.RedisPort ?? document.RedisPort,
            member?.ThriftPort ?? document.ThriftPort,
            member?.HttpPort ?? document.HttpPort,
            member?.PeerPort ?? document.PeerPort,
            member?.ProcessId ?? 0,
            member?.Incarnation ?? 0,
            role,
            member is not null,
            member?.TablePort ?? document.TablePort,
            member?.TextPort ?? document.TextPort);
    }

    private void ApplyPartition(string name, ZnodeState znode)
    {
        if (CoordinationPaths.PartitionOf(name) is not { } partition || partition.Value >= _partitions.Length)
        {
            return;
        }

        if (znode.Data is not null)
        {
            SetPartition(partition, DocumentCodec.DecodeConfiguration(znode.Data), znode.Version);
        }
        else if (_partitions[partition.Value] is { IsCurrent: true } known)
        {
            CoordinationLog.ConfigurationLost(_logger, partition.Value, known.Configuration);
            _partitions[partition.Value] = known with { IsCurrent = false };
        }
    }
}
