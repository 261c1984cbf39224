using Catena.Core.Primitives;

namespace Catena.Server.Partitions;

/// <summary>What an entry that is not applied yet does to one key; used again for another once it is applied.</summary>
internal sealed class PendingWrite
{
    private const int Granularity = 64;

    private byte[] _bytes = [];
    private int _keyLength;
    private int _length;

    /// <summary>What a key has become that went with others, by a prefix.</summary>
    internal static PendingWrite OfNoVersion { get; } = new() { IsDeletion = true };

    /// <summary>The stored key.</summary>
    internal ReadOnlySpan<byte> Key => _bytes.AsSpan(0, _keyLength);

    /// <summary>The value; empty where the key is deleted.</summary>
    internal ReadOnlySpan<byte> Value => _bytes.AsSpan(_keyLength, _length - _keyLength);

    internal bool IsDeletion { get; private set; }

    internal long Expiry { get; private set; }

    internal Lsn Version { get; private set; }

    /// <summary>Whether nothing that came later does anything to the key.</summary>
    internal bool IsNewest { get; set; }

    /// <summary>The bytes of memory that it has for key and value.</summary>
    internal int Capacity => _bytes.Length;

    internal void Put(in Lsn version, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long expiry)
    {
        Set(version, key, value);
        IsDeletion = false;
        Expiry = expiry;
    }

    internal void Delete(in Lsn version, ReadOnlySpan<byte> key)
    {
        Set(version, key, []);
        IsDeletion = true;
        Expiry = 0;
    }

    private void Set(in Lsn version, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        _keyLength = key.Length;
        _length = key.Length + value.Length;
        if (_bytes.Length < _length)
        {
            _bytes = new byte[(_length + Granularity - 1) / Granularity * Granularity];
        }

        key.CopyTo(_bytes);
        value.CopyTo(_bytes.AsSpan(_keyLength));
        Version = version;
        IsNewest = true;
    }
}
