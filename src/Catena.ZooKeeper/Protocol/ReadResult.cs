namespace Catena.ZooKeeper.Protocol;

/// <summary>What came of one <see cref="ReadOp" />; the reads of a multiRead succeed and fail each on its own.</summary>
/// <param name="Error">Ok, or why there is nothing.</param>
public readonly record struct ReadResult(ErrorCode Error)
{
    private readonly IReadOnlyList<string>? _names;

    /// <summary>The data, of a <see cref="GetDataOp" />.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>The stat, of a <see cref="GetDataOp" />; null otherwise.</summary>
    public Stat? Stat { get; init; }

    /// <summary>The names, of a <see cref="GetChildrenOp" />.</summary>
    public IReadOnlyList<string> Names
    {
        get => _names ?? [];
        init => _names = value;
    }
}
