using Catena.Core.Data;
using Catena.Core.Transactions;
using Catena.Server.Routing;

namespace Catena.Server.Partitions;

/// <summary>A command that waits until a transaction lets go of keys.</summary>
/// <param name="Age">The transaction that it belongs to; of other commands one made of the time at which they came.</param>
/// <param name="Order">The how-manieth that had to wait it is.</param>
/// <param name="Needs">What it waits for.</param>
/// <param name="Encoded">The command.</param>
/// <param name="Request">Who asks.</param>
/// <param name="Sink">Where the result goes.</param>
/// <param name="Tag">What the sink knows it by.</param>
/// <param name="Deadline">When it has waited too long and is refused.</param>
internal sealed record LockWaiter(TransactionId Age, ulong Order, LockNeeds Needs, byte[] Encoded, RequestId Request, ICommandSink Sink, long Tag, long Deadline);
