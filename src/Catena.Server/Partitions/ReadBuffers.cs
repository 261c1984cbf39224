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

    internal bool Read(PartitionStore store, in Command command, out long expiry)
    {
        if (_value.Capacity > LargestKept)
        {
            _value = new ArrayBufferWriter<byte>(1024);
            _result = new ArrayBufferWriter<byte>(1024);
        }

        if (_key.Length < StoredKey.PrefixLength + command.Key.Length)
        {
            _key = new byte[StoredKey.MaxLength];
        }

        _value.ResetWrittenCount();
        _result.ResetWrittenCount();
        var length = StoredKey.Write(_key, command.Slot, command.Table, command.Key);
        var found = store.TryGet(_key.AsSpan(0, length), _value, out var version, out expiry);
        if (found)
        {
            ResultWriter.WriteValue(_result, _value.WrittenSpan, version);
        }

        return found;
    }
}
