using System.Collections.Immutable;
using Catena.Core.Control;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Server.Coordination.Documents;

namespace Catena.Server.Coordination.Recovery;

/// <summary>What the nodes of one cluster say about it, brought together.</summary>
internal sealed class Testimonies
{
    private readonly List<MetadataDocument> _documents = [];
    private readonly Dictionary<NodeId, NodeDocument> _registrations = [];

    /// <summary>Reads nodes' answers.</summary>
    /// <param name="answers">Answers to <c>GET /metadata</c>; of a node that is asked twice the first counts.</param>
    /// <param name="cluster">The cluster's name.</param>
    /// <exception cref="MetadataRecoveryException">They are not of one cluster, or contradict one another.</exception>
    public Testimonies(IEnumerable<ReadOnlyMemory<byte>> answers, string cluster)
    {
        foreach (var answer in answers)
        {
            var document = Read(answer);
            if (document.Cluster != cluster)
            {
                throw new MetadataRecoveryException($"{document.Node.Name} belongs to a cluster of the name '{document.Cluster}', not '{cluster}'");
            }

            if (document.ClusterId is not null && _documents.All(other => other.Node.Id != document.Node.Id))
            {
                _documents.Add(document);
            }
        }

        if (_documents.Count == 0)
        {
            throw new MetadataRecoveryException("none of the nodes holds data of a cluster");
        }

        Settings = AgreedSettings();
        CollectRegistrations();
    }

    /// <summary>The cluster's settings.</summary>
    public SettingsDocument Settings { get; }

    /// <summary>What each node knows of the configurations.</summary>
    /// <exception cref="MetadataRecoveryException">A configuration cannot be read.</exception>
    public IReadOnlyList<MetadataTestimony> Configurations => [.. _documents.Select(
        document => new MetadataTestimony(DocumentCodec.NodeOf(document.Node.Id), ConfigurationsOf(document)))];

    /// <summary>All registrations that any of them knows.</summary>
    public IReadOnlyDictionary<NodeId, NodeDocument> Registrations => _registrations;

    /// <summary>The names of nodes that are connected to a coordinator that holds their cluster.</summary>
    public IEnumerable<string> Connected => _documents.Where(document => document.IsConnected).Select(document => document.Node.Name);

    /// <summary>A node's name and id, or its id where nobody knows its name.</summary>
    public string NameOf(NodeId node) => _registrations.TryGetValue(node, out var known) ? $"{known.Name} ({node})" : $"node {node}";

    /// <summary>The nodes of these names or ids.</summary>
    /// <exception cref="MetadataRecoveryException">One of them answered, or is nobody.</exception>
    public IReadOnlySet<NodeId> Find(IEnumerable<string> names)
    {
        var found = new HashSet<NodeId>();
        foreach (var name in names)
        {
            var node = DocumentCodec.TryNode(name, out var id) ? id : _registrations.FirstOrDefault(known => known.Value.Name == name).Key;
            if (node == NodeId.None)
            {
                throw new MetadataRecoveryException($"nobody knows a node of the name '{name}'; give its id, 16 hexadecimal digits");
            }

            if (_documents.Any(document => document.Node.Id == node.ToString()))
            {
                throw new MetadataRecoveryException($"{NameOf(node)} is not gone: it answered");
            }

            found.Add(node);
        }

        return found;
    }

    private static MetadataDocument Read(ReadOnlyMemory<byte> answer)
    {
        try
        {
            return DocumentCodec.DecodeMetadata(answer.Span);
        }
        catch (FormatException e)
        {
            throw new MetadataRecoveryException($"a node's answer cannot be understood: {e.Message}");
        }
    }

    private static ImmutableDictionary<PartitionId, Configuration> ConfigurationsOf(MetadataDocument document)
    {
        try
        {
            return document.Partitions.ToImmutableDictionary(
                pair => Tree.CoordinationPaths.PartitionOf(pair.Key) ?? throw new FormatException($"'{pair.Key}' is no partition"),
                pair => DocumentCodec.ToConfiguration(pair.Value));
        }
        catch (FormatException e)
        {
            throw new MetadataRecoveryException($"what {document.Node.Name} knows of the partitions cannot be understood: {e.Message}");
        }
    }

    private SettingsDocument AgreedSettings()
    {
        if (_documents.FirstOrDefault(document => document.ClusterId != _documents[0].ClusterId) is { } foreign)
        {
            throw new MetadataRecoveryException(
                $"{_documents[0].Node.Name} belongs to cluster {_documents[0].ClusterId}, {foreign.Node.Name} to cluster {foreign.ClusterId}");
        }

        // Whether all partitions have been created is no setting; once anything is recovered, none may be created anew.
        var known = _documents.Where(document => document.Settings is not null).Select(document => document.Settings! with { Created = true }).Distinct().ToList();
        return known switch
        {
            [] => throw new MetadataRecoveryException("none of the nodes has kept the cluster's settings"),
            [var settings] => settings,
            _ => throw new MetadataRecoveryException("the nodes have kept different settings of the cluster"),
        };
    }

    /// <summary>A node's own word counts for where it is; what operators have set in its registration is known only to those who have read it.</summary>
    private void CollectRegistrations()
    {
        foreach (var node in _documents.SelectMany(document => document.Nodes))
        {
            _registrations[DocumentCodec.NodeOf(node.Id)] = node;
        }

        foreach (var own in _documents.Select(document => document.Node))
        {
            var id = DocumentCodec.NodeOf(own.Id);
            _registrations[id] = _registrations.TryGetValue(id, out var known) ? own with { State = known.State, Weight = known.Weight, Zone = known.Zone } : own;
        }
    }
}
