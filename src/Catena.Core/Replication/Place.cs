using System.Collections.Immutable;
using Catena.Core.Primitives;

namespace Catena.Core.Replication;

/// <summary>Where one replica stands in a configuration: what its topology makes of it.</summary>
internal sealed class Place
{
    /// <summary>The place of a replica that knows no configuration.</summary>
    internal static readonly Place Nowhere = new();

    /// <summary>The place of <paramref name="self" /> in a configuration.</summary>
    internal Place(Configuration configuration, NodeId self)
    {
        Feeder = configuration.Topology.FeederOf(configuration, self);
        Fed = configuration.Topology.FedBy(configuration, self);
        IsMember = configuration.HasMember(self);
        IsListed = configuration.Lists(self);
        IsFirst = configuration.First == self;
        Commits = configuration.Reader == self;
        IsReader = configuration.IsReader(self);
        IsInChain = configuration.Topology.CommitsAtTheEnd && IsMember;
    }

    private Place()
    {
    }

    /// <summary>Who sends entries to it; nobody to the first member.</summary>
    internal NodeId Feeder { get; }

    /// <summary>To whom it sends entries.</summary>
    internal ImmutableArray<NodeId> Fed { get; } = [];

    internal bool IsMember { get; }

    /// <summary>Whether it is a member or a learner.</summary>
    internal bool IsListed { get; }

    internal bool IsFirst { get; }

    /// <summary>Whether entries are committed where it is.</summary>
    internal bool Commits { get; }

    /// <summary>Whether it may answer linearizable reads.</summary>
    internal bool IsReader { get; }

    /// <summary>Whether it is a member of a chain.</summary>
    internal bool IsInChain { get; }
}
