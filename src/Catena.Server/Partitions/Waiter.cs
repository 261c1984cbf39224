using Catena.Core.Data;
using Catena.Server.Routing;

namespace Catena.Server.Partitions;

/// <summary>A result that is decided and may not be told yet.</summary>
/// <param name="Sequence">It may be told once the log is applied up to here.</param>
/// <param name="Sink">Where it goes.</param>
/// <param name="Tag">What the sink knows it by.</param>
/// <param name="Result">The encoded result; null where it is to be looked up among the results of retried requests.</param>
/// <param name="Request">Who asked.</param>
/// <param name="ChangesNothing">Whether it is certain that nothing happened where it is never told.</param>
/// <param name="NeedsLease">Whether it is a read, told only under the leases.</param>
/// <param name="Deadline">When it has waited too long: a read is refused then, a write's outcome said to be open.</param>
internal readonly record struct Waiter(
    ulong Sequence, ICommandSink Sink, long Tag, byte[]? Result, RequestId Request, bool ChangesNothing, bool NeedsLease, long Deadline);
