using Catena.Protocols.Resp;

namespace Catena.Cli.Bench.Transactions;

/// <summary>Takes one of the answers that come together.</summary>
/// <param name="place">Its place among them, from 0.</param>
/// <param name="reply">The answer, which is no error; good during the call.</param>
internal delegate void ReplyTaker(int place, RespReply reply);
