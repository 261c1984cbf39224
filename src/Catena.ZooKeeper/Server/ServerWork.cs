using System.Buffers;

namespace Catena.ZooKeeper.Server;

/// <summary>Something for the engine's thread to do.</summary>
/// <param name="Kind">What.</param>
/// <param name="Link">The connection it is about, if any.</param>
/// <param name="Received">What the connection received.</param>
/// <param name="Outcome">Told, after the batch is durable and released, how far <paramref name="Received" /> was used.</param>
internal readonly record struct ServerWork(
    ServerWorkKind Kind,
    ServerLink? Link = null,
    ReadOnlySequence<byte> Received = default,
    TaskCompletionSource<(SequencePosition Consumed, bool MustWait)>? Outcome = null);
