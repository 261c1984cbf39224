using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Protocols.Thrift;

namespace Catena.Server.Listeners.Thrift;

/// <summary>How a put or delete is answered that tells what stood there before, or hung on a version.</summary>
/// <param name="flags">The condition.</param>
/// <param name="version">The version that the key had to have, with <see cref="CommandFlags.IfVersion" />.</param>
/// <param name="returnsPrevious">Whether what stood there before is told.</param>
internal sealed class WriteForm(CommandFlags flags, Lsn version, bool returnsPrevious)
{
    /// <summary>Answers the call.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="method">Put or delete.</param>
    /// <param name="sequenceId">The call's number.</param>
    /// <param name="reader">The result: what stood there before; or the results of a program, or that its condition did not hold.</param>
    /// <param name="maxFrameBytes">The longest frame.</param>
    internal void Write(PooledBuffer output, CatenaMethod method, int sequenceId, ResultReader reader, int maxFrameBytes)
    {
        var isConditionalDelete = method == CatenaMethod.TableDelete && flags == CommandFlags.IfVersion;
        if (isConditionalDelete && reader.Kind == ResultKind.Nil)
        {
            CatenaService.WriteWriteReply(output, method, sequenceId, isApplied: false);
            return;
        }

        var old = isConditionalDelete ? new ResultReader(reader.ReadResult()) : reader;
        var isFound = old.Kind == ResultKind.Value;
        var isApplied = flags switch
        {
            CommandFlags.IfAbsent => !isFound,
            CommandFlags.IfPresent => isFound,
            CommandFlags.IfVersion when method == CatenaMethod.TablePut => (isFound ? old.Version : Lsn.Zero) == version,
            _ => method == CatenaMethod.TablePut || isFound || (old.Kind == ResultKind.Integer && old.Integer > 0),
        };

        // It has been written by now; what does not fit is left out.
        if (!returnsPrevious || CatenaService.ValueReplyOverheadBytes(method) + (long)old.Value.Length > maxFrameBytes)
        {
            CatenaService.WriteWriteReply(output, method, sequenceId, isApplied);
            return;
        }

        Span<byte> told = stackalloc byte[CatenaService.VersionBytes];
        CatenaService.WriteWriteReply(output, method, sequenceId, isApplied, isFound, old.Value, Versions.Write(told, old.Version));
    }
}
