namespace Catena.Protocols.Thrift;

/// <summary>One call of KeyValueService as a view of its frame.</summary>
/// <remarks>Valid as long as the frame's bytes. An argument that the client left out is empty, as one that it sent empty.</remarks>
public readonly ref struct KeyValueCall
{
    internal KeyValueCall(KeyValueMethod method, ReadOnlySpan<byte> name, int sequenceId)
    {
        Method = method;
        Name = name;
        SequenceId = sequenceId;
    }

    /// <summary>What is called.</summary>
    public KeyValueMethod Method { get; }

    /// <summary>The method's name as sent; an exception that answers the call repeats it.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>The number that the answer repeats; clients choose it freely and some always send 0.</summary>
    public int SequenceId { get; }

    /// <summary>The key of a get, put or replicate.</summary>
    public ReadOnlySpan<byte> Key { get; internal init; }

    /// <summary>The value of a put or replicate.</summary>
    public ReadOnlySpan<byte> Value { get; internal init; }
}
