using System.Buffers;
using Catena.Core.Data;
using Catena.Storage.Partitions;

namespace Catena.Server.Partitions;

/// <summary>One thread's buffers for reads that go past the partition's lock.</summary>
internal sealed class ReadBuffers
{
    internal static readonly byte[] Nil = [(byte)ResultKind.Nil];

    private const int LargestKept = 1 << 20;

    private byte[] _key = new byte[256];
    private ArrayBufferWriter<byte> _value = new(1024);
    private ArrayBufferWriter<byte> _result = new(1024);

    internal ReadOnlySpan<byte> Result => _result.WrittenSpan;

    /// <summary>The key of a command as the store has it; valid until the next command's.</summary>
    internal ReadOnlySpan<byte> KeyOf(in Command command)
    {
        if (_key.Length < StoredKey.PrefixLength + command.Key.Length)
        {
            _key = new byte[StoredKey.MaxLength];
        }

        return _key.AsSpan(0, StoredKey.Write(_key, command.Slot, command.Table, command.Key));
    }

    internal bool Read(PartitionStore store, ReadOnlySpan<byte> storedKey, out long expiry)
    {
        if (_value.Capacity > LargestKept)
        {
            _value = new ArrayBufferWriter<byte>(1024);
            _result = new ArrayBufferWriter<byte>(1024);
        }

        _value.ResetWrittenCount();
        _result.ResetWrittenCount();
        var found = store.TryGet(storedKey, _value, out var version, out expiry);
        if (found)
        {
            ResultWriter.WriteValue(_result, _value.WrittenSpan, version);
        }

        return found;
    }
}
