using Catena.Server.Routing;

namespace Catena.Server.Partitions;

/// <summary>A read that waits until the reader has said how far the log is committed, and the state here is as far.</summary>
/// <param name="Question">The number of the question (<see cref="Core.Replication.Replica.AskPosition" />).</param>
/// <param name="Encoded">The command.</param>
/// <param name="Sink">Where the result goes.</param>
/// <param name="Tag">What the sink knows it by.</param>
/// <param name="Deadline">When it has waited too long.</param>
internal readonly record struct QuestionedRead(ulong Question, byte[] Encoded, ICommandSink Sink, long Tag, long Deadline);
