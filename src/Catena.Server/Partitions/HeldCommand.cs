using Catena.Core.Data;
using Catena.Server.Routing;

namespace Catena.Server.Partitions;

/// <summary>A command that waits for the end of a hold.</summary>
/// <param name="Encoded">The command, copied (<see cref="CommandCodec" />).</param>
/// <param name="Request">Who asks.</param>
/// <param name="Sink">Where the result goes.</param>
/// <param name="Tag">What the sink knows it by.</param>
internal readonly record struct HeldCommand(byte[] Encoded, RequestId Request, ICommandSink Sink, long Tag);
