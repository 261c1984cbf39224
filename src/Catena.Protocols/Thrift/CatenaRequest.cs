using System.Buffers;

namespace Catena.Protocols.Thrift;

/// <summary>A call that a client sends: its arguments in the order of their numbers, then <see cref="Write" />.</summary>
/// <remarks>It may be written again under another number, when it is repeated at another node. Not thread-safe.</remarks>
/// <param name="method">What is called.</param>
public sealed class CatenaRequest(CatenaMethod method) : ThriftFields
{
    private const short TableArgument = 1;
    private const short TransactionArgument = 1;
    private const short KeyArgument = 2;
    private const short StructArgument = 2;

    /// <summary>What is called.</summary>
    public CatenaMethod Method => method;

    /// <summary>A call on a key of a table; what else the method has, from number 3 on, is added by the caller.</summary>
    /// <param name="method">The method.</param>
    /// <param name="table">The table's name; empty for the default one.</param>
    /// <param name="key">The key, or the cursor of a scan.</param>
    public static CatenaRequest OfTable(CatenaMethod method, string table, ReadOnlySpan<byte> key)
    {
        var request = new CatenaRequest(method);
        request.Text(TableArgument, table);
        request.Bytes(KeyArgument, key);
        return request;
    }

    /// <summary>A call of an open or prepared transaction; what else the method has, from number 2 on, is added by the caller.</summary>
    /// <param name="method">The method.</param>
    /// <param name="transaction">The transaction's handle.</param>
    public static CatenaRequest OfTransaction(CatenaMethod method, ReadOnlySpan<byte> transaction)
    {
        var request = new CatenaRequest(method);
        request.Bytes(TransactionArgument, transaction);
        return request;
    }

    /// <summary>A call that begins a transaction.</summary>
    /// <param name="locking">Whether it locks what it names.</param>
    /// <param name="retryOf">The handle of the aborted one in whose place it comes; empty for none.</param>
    public static CatenaRequest Begin(bool locking, ReadOnlySpan<byte> retryOf)
    {
        var request = new CatenaRequest(CatenaMethod.TransactionBegin);
        request.Struct(1);
        if (locking)
        {
            request.Bool(1, true);
        }

        if (!retryOf.IsEmpty)
        {
            request.Bytes(2, retryOf);
        }

        request.Stop();
        return request;
    }

    /// <summary>Adds the argument of a scan of a range, which has number 2.</summary>
    /// <param name="startKey">The first key.</param>
    /// <param name="endKey">The first key that is not wanted; empty for all that begin like the first.</param>
    /// <param name="limit">How many entries are wanted at most.</param>
    /// <param name="table">The table's name, where no argument has it; empty for the default one.</param>
    public void AddRange(ReadOnlySpan<byte> startKey, ReadOnlySpan<byte> endKey, int limit, string table = "")
    {
        Struct(StructArgument);
        Bytes(1, startKey);
        if (!endKey.IsEmpty)
        {
            Bytes(2, endKey);
        }

        Int32(3, limit);
        if (!string.IsNullOrEmpty(table))
        {
            Text(4, table);
        }

        Stop();
    }

    /// <summary>Writes the call, framed.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="sequenceId">The number that its answer repeats.</param>
    public void Write(IBufferWriter<byte> output, int sequenceId) => Write(output, ThriftMessageType.Call, CatenaService.NameOf(method), sequenceId);
}
