using Catena.Protocols.Thrift;

namespace Catena.Cli.Shell;

/// <summary>Takes the result out of an answer.</summary>
/// <param name="reply">The answer, which is no exception.</param>
/// <param name="result">The result.</param>
/// <returns>False if the answer is none of the method's.</returns>
internal delegate bool ReplyReading<T>(CatenaReply reply, out T result);
