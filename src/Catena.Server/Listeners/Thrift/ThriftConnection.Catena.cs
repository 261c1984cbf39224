using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Tables;
using Catena.Protocols.Thrift;
using Catena.Server.Routing;
using Catena.Server.Tables;

namespace Catena.Server.Listeners.Thrift;

/// <content>The calls of the service Catena that KeyValueService does not have.</content>
internal sealed partial class ThriftConnection
{
    private readonly CallOrder _order = new();
    private int _tablesSeen;

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
        var isNamed = status == KeyValueCallStatus.Call && !TableName.IsDefault(call.Table);
        if (!MayStart(commandClass) || (isNamed && !MayStartNamed()))
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

        var tables = isNamed ? new TableNumbers([call.Table.ToArray()]) : TableNumbers.OfDefault;
        var refusal = TransactionCalls.Read(call, tables, out var command);
        if (!refusal.IsEmpty)
        {
            Refuse(call.Method, call.SequenceId, CatenaException.InvalidRequest, refusal);
        }
        else if (isNamed)
        {
            var owned = frame.ToArray();
            ExecuteNamed((sink, tag) => new NamedTransactionCall(_listener, _order, owned, tables, sink, tag), call.Method, call.SequenceId, null);
        }
        else
        {
            Execute(command, (int)call.Method, call.SequenceId);
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
        var isNamed = commandClass is CommandClass.Read or CommandClass.Write && TableNames.AreNamed(call);
        if (!MayStart(commandClass) || (isNamed && !MayStartNamed()))
        {
            return InputStatus.Blocked;
        }

        consumed = size;
        BeginRequest(commandClass, size);
        if (status != KeyValueCallStatus.Call)
        {
            RefuseFrame(status, header.Name, header.SequenceId);
        }
        else if (commandClass == CommandClass.Exclusive)
        {
            TakeWholeTableCall(call, header.SequenceId);
        }
        else
        {
            TakeKeysCall(call, header.SequenceId, isNamed, frame);
        }

        return InputStatus.Taken;
    }

    private static CommandClass ClassOf(CatenaMethod method) => method switch
    {
        CatenaMethod.TableGet or CatenaMethod.TableGetMany or CatenaMethod.TableExpiresAt or CatenaMethod.TableScanRange => CommandClass.Read,
        CatenaMethod.TableScan or >= CatenaMethod.TableCreate => CommandClass.Exclusive,
        _ => CommandClass.Write,
    };

    /// <summary>Takes a call on keys that it names, or on a range.</summary>
    private void TakeKeysCall(TableCall call, int sequenceId, bool isNamed, ReadOnlySpan<byte> frame)
    {
        var tables = isNamed ? TableNames.Of(call) : TableNumbers.OfDefault;
        if (tables is null)
        {
            Refuse(call.Method, sequenceId, CatenaException.InvalidRequest, "changes that are made together are of 64 tables at most"u8);
            return;
        }

        var refusal = TableCalls.Read(call, tables, _listener.Time.GetUtcNow().ToUnixTimeMilliseconds(), out var command, out var form);
        if (!refusal.IsEmpty)
        {
            Refuse(call.Method, sequenceId, CatenaException.InvalidRequest, refusal);
        }
        else if (isNamed)
        {
            var owned = frame.ToArray();
            ExecuteNamed((sink, tag) => new NamedTableCall(_listener, _order, owned, tables, sink, tag), call.Method, sequenceId, form);
        }
        else
        {
            Execute(command, (int)call.Method, sequenceId, form);
        }
    }

    /// <summary>Whether a call on a named table may start now: not while others may be under way under a number that has been forgotten since, which they may have to be repeated for.</summary>
    private bool MayStartNamed()
    {
        var generation = _listener.Tables.Generation;
        if (generation != _tablesSeen && CommandsUnderWay > 0)
        {
            return false;
        }

        _tablesSeen = generation;
        return true;
    }

    private void ExecuteNamed(Func<ICommandSink, long, NamedCall> make, CatenaMethod method, int sequenceId, object? form)
    {
        var slot = EnterSlot((int)method, sequenceId, form, isDirect: true, out var tag);
        var isStarted = _listener.Tables.Start(make(slot, tag));
        slot.LeaveRouter();
        LeaveSlot(slot);
        if (!isStarted)
        {
            // What follows must not overtake it.
            HoldUpRest();
        }
    }

    /// <summary>Takes a call on a whole table, or on all of them; nothing else of the connection is under way.</summary>
    private void TakeWholeTableCall(TableCall call, int sequenceId)
    {
        var partitions = _listener.Partitions;
        if (partitions.Length == 0)
        {
            Refuse(call.Method, sequenceId, CatenaException.Unavailable, "cluster down: there are no partitions yet"u8);
            return;
        }

        var name = call.Table.ToArray();
        switch (call.Method)
        {
            case CatenaMethod.TableCreate or CatenaMethod.TableDrop:
                var slot = EnterSlot((int)call.Method, sequenceId, null, isDirect: false, out var tag);
                if (call.Method == CatenaMethod.TableCreate)
                {
                    _listener.Tables.Create(name, slot, tag);
                }
                else
                {
                    _listener.Tables.Drop(name, slot, tag);
                }

                slot.LeaveRouter();
                LeaveSlot(slot);
                break;
            case CatenaMethod.TableNames:
                Gather(new TableNamesGathering(sequenceId, _listener.Options.MaxThriftFrameBytes));
                break;
            case CatenaMethod.TableSize:
                Gather(new TableSizeGathering(_listener.Tables, name, partitions, sequenceId));
                break;
            default:
                Scan(call, name, partitions, sequenceId);
                break;
        }
    }

    private void Scan(TableCall call, byte[] name, SlotRange[] partitions, int sequenceId)
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
        else
        {
            Gather(new TableScanGathering(_listener.Tables, name, partitions, call.Key, limit, sequenceId, _listener.Options.MaxThriftFrameBytes));
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
        else if (method is CatenaMethod.TransactionCommit or CatenaMethod.TransactionPrepare && new ResultReader(result) is { Kind: ResultKind.Error, Error: ErrorCode.NoSuchTable })
        {
            // Which table it was the transaction does not say; it may be there again under another number, for the next attempt.
            _listener.Tables.ForgetAll();
            CatenaService.WriteException(output, method, slot.Note, CatenaException.TransactionAborted, "aborted: a table that the transaction used has been dropped"u8);
        }
        else
        {
            TransactionCalls.Encode(output, method, slot.Note, result, _listener.Options.MaxThriftFrameBytes);
        }
    }
}
