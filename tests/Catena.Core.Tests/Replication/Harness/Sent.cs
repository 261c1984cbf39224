using Catena.Core.Primitives;
using Catena.Core.Replication.Messages;

namespace Catena.Core.Tests.Replication.Harness;

/// <summary>What a replica sent in one round, in order.</summary>
internal sealed class Sent(List<Envelope> envelopes)
{
    internal bool IsEmpty => envelopes.Count == 0;

    /// <summary>All of one kind.</summary>
    internal List<T> All<T>()
        where T : ReplicaMessage =>
        [.. envelopes.Select(envelope => envelope.Message).OfType<T>()];

    /// <summary>All of one kind to one node.</summary>
    internal List<T> To<T>(ulong node)
        where T : ReplicaMessage =>
        [.. envelopes.Where(envelope => envelope.To == new NodeId(node)).Select(envelope => envelope.Message).OfType<T>()];

    /// <summary>The only one of a kind, which went to that node.</summary>
    internal T Only<T>(ulong node)
        where T : ReplicaMessage
    {
        Assert.Single(All<T>());
        return Assert.Single(To<T>(node));
    }

    /// <summary>To whom anything went.</summary>
    internal ulong[] Receivers => [.. envelopes.Select(envelope => envelope.To.Value).Distinct().Order()];
}
