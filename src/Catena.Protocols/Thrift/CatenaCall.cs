namespace Catena.Protocols.Thrift;

/// <summary>One call of the service Catena as a view of its frame.</summary>
/// <remarks>Valid as long as the frame's bytes. An argument that the client left out is empty or zero, as one that it sent so.</remarks>
public readonly ref struct CatenaCall
{
    internal CatenaCall(CatenaMethod method, ReadOnlySpan<byte> name, int sequenceId)
    {
        Method = method;
        Name = name;
        SequenceId = sequenceId;
    }

    /// <summary>What is called.</summary>
    public CatenaMethod Method { get; }

    /// <summary>The method's name as sent.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>The number that the answer repeats.</summary>
    public int SequenceId { get; }

    /// <summary>The transaction's handle; of one that begins, that of the transaction in whose place it comes.</summary>
    public ReadOnlySpan<byte> Transaction { get; internal init; }

    /// <summary>Whether a transaction that begins locks what it names before it reads it.</summary>
    public bool IsLocking { get; internal init; }

    /// <summary>The key; of a scan, the first.</summary>
    public ReadOnlySpan<byte> Key { get; internal init; }

    /// <summary>The value of a put.</summary>
    public ReadOnlySpan<byte> Value { get; internal init; }

    /// <summary>The table's name; empty for the default one.</summary>
    public ReadOnlySpan<byte> Table { get; internal init; }

    /// <summary>The first key that a scan does not want any more.</summary>
    public ReadOnlySpan<byte> EndKey { get; internal init; }

    /// <summary>How many entries a scan wants at most.</summary>
    public int Limit { get; internal init; }
}
