using Catena.Core.Primitives;

namespace Catena.Core.Replication.Leases;

/// <summary>The leases that one replica holds as the reader of its partition.</summary>
/// <remarks>
/// A lease counts from when it was asked for, a promise from when it was received, so a lease always ends first. A grant
/// outlives a change of epoch in which the holder stays the reader, because the grantor's promise does too; it is void as soon
/// as the holder acknowledges an epoch with another reader.
/// </remarks>
internal sealed class LeaseHolder
{
    private readonly Dictionary<NodeId, long> _until = [];

    internal void Granted(NodeId grantor, long until) =>
        _until[grantor] = Math.Max(until, _until.GetValueOrDefault(grantor));

    internal long Until(NodeId grantor) => _until.GetValueOrDefault(grantor);

    internal void Clear() => _until.Clear();
}
