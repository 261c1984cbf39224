using Catena.Core.Data;

namespace Catena.Server.Partitions;

/// <summary>Which request it is, whatever it says of others: what requests under way are known by.</summary>
/// <param name="request">The request.</param>
internal readonly struct RequestKey(in RequestId request) : IEquatable<RequestKey>
{
    private readonly ulong _origin = request.Origin;
    private readonly ulong _incarnation = request.Incarnation;
    private readonly ulong _sequence = request.Sequence;

    /// <inheritdoc />
    public bool Equals(RequestKey other) => _sequence == other._sequence && _origin == other._origin && _incarnation == other._incarnation;

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is RequestKey other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => (int)((_sequence ^ (_origin >> 7)) * 0x9E37_79B9);
}
