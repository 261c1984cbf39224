using System.Collections.Immutable;
using Catena.Core.Primitives;
using Catena.Core.Replication;

namespace Catena.Core.Tests.Replication.Harness;

/// <summary>The outside coordinator: one configuration, changed by compare-and-set on its epoch.</summary>
internal sealed class TestCoordinator(Configuration first)
{
    /// <summary>Proposals that have been sent and not been carried out.</summary>
    internal List<Submission> UnderWay { get; } = [];

    /// <summary>Every configuration there has been.</summary>
    internal List<Configuration> History { get; } = [first];

    internal Configuration Current => History[^1];

    /// <summary>Writes a configuration over the one that it follows.</summary>
    internal bool TryWrite(Configuration next)
    {
        if (next.Follows != Current.Epoch)
        {
            return false;
        }

        History.Add(next);
        return true;
    }

    /// <summary>What the controller does: it adds and removes learners, and nothing else.</summary>
    internal void SetLearners(Func<ImmutableArray<NodeId>, ImmutableArray<NodeId>> change) =>
        Assert.True(TryWrite(Current with { Epoch = Current.Epoch.Next, Learners = change(Current.Learners) }));
}
