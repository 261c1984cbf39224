using Catena.Core.Data;
using Catena.Server.Routing;

namespace Catena.Server.Transactions;

/// <summary>One command for a transaction whose commands come one by one.</summary>
/// <param name="Kind">What is to be done with the transaction.</param>
/// <param name="Flags">Variations.</param>
/// <param name="Handle">The transaction.</param>
/// <param name="Command">The command to carry out in it, encoded; empty where the kind says all.</param>
/// <param name="Sink">Where the result goes.</param>
/// <param name="Tag">What the sink knows it by.</param>
internal sealed record TransactionStep(CommandKind Kind, CommandFlags Flags, byte[] Handle, byte[] Command, ICommandSink Sink, long Tag)
{
    /// <summary>Whether a command is one.</summary>
    internal static bool Is(CommandKind kind) => kind is >= CommandKind.Begin and <= CommandKind.PrepareToCommit;
}
