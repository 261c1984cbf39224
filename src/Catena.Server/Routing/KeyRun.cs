using Catena.Core.Data;

namespace Catena.Server.Routing;

/// <summary>Keys of the default table that one client asks for together, to be looked up as one run (<see cref="ICommandRouter.LookUp" />).</summary>
/// <remarks>Not thread-safe; used again and again. It takes short keys only, which is what such runs are of.</remarks>
public sealed class KeyRun
{
    /// <summary>How many keys it takes: enough for the waits for memory to overlap.</summary>
    public const int MaxKeys = 32;

    /// <summary>No further key is looked up once the values have so many bytes.</summary>
    public const int MaxValueBytes = 64 << 10;

    private const int MaxBytes = MaxKeys * 64;

    private readonly byte[] _bytes = new byte[MaxBytes];
    private readonly SoughtKey[] _keys = new SoughtKey[MaxKeys];
    private int _length;

    /// <summary>How many keys it has.</summary>
    public int Count { get; private set; }

    /// <summary>The keys, with what is known of them.</summary>
    internal Span<SoughtKey> Keys => _keys.AsSpan(0, Count);

    /// <summary>Adds a key.</summary>
    /// <param name="slot">Its slot.</param>
    /// <param name="key">The key, of 1 to <see cref="StoredKey.MaxKeyLength" /> bytes.</param>
    /// <returns>False where there is no room for it.</returns>
    public bool TryAdd(ushort slot, ReadOnlySpan<byte> key)
    {
        var length = StoredKey.PrefixLength + key.Length;
        if (Count == MaxKeys || _length + length > MaxBytes)
        {
            return false;
        }

        StoredKey.Write(_bytes.AsSpan(_length), slot, 0, key);
        ref var sought = ref _keys[Count++];
        sought.Slot = slot;
        sought.Start = _length;
        sought.Length = length;
        _length += length;
        return true;
    }

    /// <summary>Forgets all keys.</summary>
    public void Clear()
    {
        Count = 0;
        _length = 0;
    }

    /// <summary>The stored form of one of the keys.</summary>
    internal ReadOnlySpan<byte> StoredKeyOf(in SoughtKey sought) => _bytes.AsSpan(sought.Start, sought.Length);
}
