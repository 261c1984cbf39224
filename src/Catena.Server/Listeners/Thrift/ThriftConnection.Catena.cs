using Catena.Protocols.Thrift;

namespace Catena.Server.Listeners.Thrift;

/// <content>The calls of the service Catena that KeyValueService does not have.</content>
internal sealed partial class ThriftConnection
{
    /// <summary>Takes such a call.</summary>
    /// <remarks>
    /// Calls of transactions count as writes, all of them: so those of one transaction are carried out in order, and plain reads that follow see what was committed.
    /// </remarks>
    /// <param name="frame">The frame without its length.</param>
    /// <param name="size">The bytes of the request.</param>
    /// <param name="consumed">The bytes that are dropped.</param>
    private InputStatus TakeCatenaCall(ReadOnlySpan<byte> frame, int size, out int consumed)
    {
        consumed = 0;
        var status = CatenaService.ReadCall(frame, out var call);
        var isAboutCluster = call.Method is CatenaMethod.ClusterMap or CatenaMethod.NodeStatus;
        var commandClass = status == KeyValueCallStatus.Call && !isAboutCluster ? CommandClass.Write : CommandClass.Immediate;
        if (!MayStart(commandClass))
        {
            return InputStatus.Blocked;
        }

        consumed = size;
        BeginRequest(commandClass, size);
        if (status != KeyValueCallStatus.Call)
        {
            RefuseFrame(status, call.Name, call.SequenceId);
            return InputStatus.Taken;
        }

        if (isAboutCluster)
        {
            ClusterReplies.Write(BeginReply(), call.Method, call.SequenceId, _listener.Cluster, _listener.Status);
            EndReply();
            return InputStatus.Taken;
        }

        var refusal = TransactionCalls.Read(call, out var command);
        if (refusal.IsEmpty)
        {
            Execute(command, (int)call.Method, call.SequenceId);
        }
        else
        {
            Refuse(call.Method, call.SequenceId, CatenaException.InvalidRequest, refusal);
        }

        return InputStatus.Taken;
    }

    /// <summary>Takes a call on the keys of tables.</summary>
    /// <param name="frame">The frame without its length.</param>
    /// <param name="size">The bytes of the request.</param>
    /// <param name="consumed">The bytes that are dropped.</param>
    private InputStatus TakeTableCall(ReadOnlySpan<byte> frame, int size, out int consumed)
    {
        consumed = 0;
        var status = CatenaService.ReadTableCall(frame, out var header, out var call);
        var commandClass = status == KeyValueCallStatus.Call ? ClassOf(header.Method) : CommandClass.Immediate;
        if (!MayStart(commandClass))
        {
            return InputStatus.Blocked;
        }

        consumed = size;
        BeginRequest(commandClass, size);
        if (status != KeyValueCallStatus.Call)
        {
            RefuseFrame(status, header.Name, header.SequenceId);
        }
        else if (!TableNames.IsDefault(call.Table) || !TableNames.AreDefault(call.Changes))
        {
            Refuse(header.Method, header.SequenceId, CatenaException.NoSuchTable, "there is no such table; the only one is \"default\""u8);
        }
        else if (header.Method == CatenaMethod.TableScan)
        {
            Scan(call, header.SequenceId);
        }
        else
        {
            var refusal = TableCalls.Read(call, _listener.Time.GetUtcNow().ToUnixTimeMilliseconds(), out var command, out var form);
            if (refusal.IsEmpty)
            {
                Execute(command, (int)header.Method, header.SequenceId, form);
            }
            else
            {
                Refuse(header.Method, header.SequenceId, CatenaException.InvalidRequest, refusal);
            }
        }

        return InputStatus.Taken;
    }

    private static CommandClass ClassOf(CatenaMethod method) => method switch
    {
        CatenaMethod.TableGet or CatenaMethod.TableGetMany or CatenaMethod.TableExpiresAt or CatenaMethod.TableScanRange => CommandClass.Read,
        CatenaMethod.TableScan => CommandClass.Exclusive,
        _ => CommandClass.Write,
    };

    private void Scan(TableCall call, int sequenceId)
    {
        var limit = PageLimit.Of(call.Limit);
        if (limit == 0)
        {
            Refuse(CatenaMethod.TableScan, sequenceId, CatenaException.InvalidRequest, PageLimit.Refusal);
        }
        else if (!TableScanGathering.IsCursor(call.Key))
        {
            Refuse(CatenaMethod.TableScan, sequenceId, CatenaException.InvalidRequest, "the cursor is none that a scan has returned"u8);
        }
        else if (_listener.Partitions is { Length: > 0 } partitions)
        {
            Gather(new TableScanGathering(partitions, call.Key, limit, sequenceId, _listener.Options.MaxThriftFrameBytes));
        }
        else
        {
            Refuse(CatenaMethod.TableScan, sequenceId, CatenaException.Unavailable, "cluster down: there are no partitions yet"u8);
        }
    }

    private void Refuse(CatenaMethod method, int sequenceId, CatenaException exception, ReadOnlySpan<byte> text)
    {
        CatenaService.WriteException(BeginReply(), method, sequenceId, exception, text);
        EndReply();
    }

    private void EncodeCatena(ReplySlot slot, ReadOnlySpan<byte> result, PooledBuffer output)
    {
        var method = (CatenaMethod)slot.Shape;
        if (CatenaService.IsOfTables(method))
        {
            TableCalls.Encode(output, slot, result, _listener.Options.MaxThriftFrameBytes);
        }
        else
        {
            TransactionCalls.Encode(output, method, slot.Note, result, _listener.Options.MaxThriftFrameBytes);
        }
    }
}
