namespace Catena.Protocols.Resp.Commands;

/// <summary>Which arguments of one request are keys.</summary>
/// <param name="First">The index of the first key.</param>
/// <param name="Count">How many keys there are; 0 for a command without keys.</param>
/// <param name="Step">From one key to the next: 1, or 2 where values stand between.</param>
public readonly record struct RedisKeyRange(int First, int Count, int Step)
{
    /// <summary>The index of one key among the arguments.</summary>
    /// <param name="key">0 for the first key.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many keys.</exception>
    public int this[int key]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)key, (uint)Count);
            return First + (key * Step);
        }
    }
}
