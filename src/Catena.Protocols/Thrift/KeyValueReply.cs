namespace Catena.Protocols.Thrift;

/// <summary>The answer of one call of KeyValueService, as a view of its frame, for clients.</summary>
public readonly ref struct KeyValueReply
{
    internal KeyValueReply(ReadOnlySpan<byte> name, int sequenceId)
    {
        Name = name;
        SequenceId = sequenceId;
    }

    /// <summary>The method's name as repeated by the server.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>The number of the call that is answered.</summary>
    public int SequenceId { get; }

    /// <summary>Whether the call did not run; then <see cref="Exception" /> says why.</summary>
    public bool IsException { get; internal init; }

    /// <summary>Why the call did not run, if <see cref="IsException" />.</summary>
    public ThriftException Exception { get; internal init; }

    /// <summary>Whether there is a result; void methods have none.</summary>
    public bool HasResult { get; internal init; }

    /// <summary>The value that get found; empty for an absent key.</summary>
    public ReadOnlySpan<byte> Value { get; internal init; }

    /// <summary>The number of keys that dump tells.</summary>
    public int EntryCount { get; internal init; }

    internal ReadOnlySpan<byte> EntryBytes { get; init; }

    /// <summary>The keys and values that dump tells, in the server's order.</summary>
    public KeyValueEntries Entries => new(EntryBytes, EntryCount);
}
