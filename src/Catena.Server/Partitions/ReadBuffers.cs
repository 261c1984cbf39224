using System.Buffers;
using Catena.Core.Data;
using Catena.Core.Primitives;

namespace Catena.Server.Partitions;

/// <summary>One thread's buffers for reads that go past the partition's lock.</summary>
internal sealed class ReadBuffers
{
    internal static readonly byte[] Nil = [(byte)ResultKind.Nil];

    private const int LargestKept = 1 << 20;

    private byte[] _key = new byte[256];
    private ArrayBufferWriter<byte> _value = new(1024);
    private ArrayBufferWriter<byte> _result = new(1024);

    /// <summary>Where a value is written.</summary>
    internal IBufferWriter<byte> Value => _value;

    /// <summary>The result of the value.</summary>
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

    /// <summary>Forgets the last value and its result.</summary>
    internal void Begin()
    {
        if (_value.Capacity > LargestKept)
        {
            _value = new ArrayBufferWriter<byte>(1024);
            _result = new ArrayBufferWriter<byte>(1024);
        }

        _value.ResetWrittenCount();
        _result.ResetWrittenCount();
    }

    /// <summary>Makes the result of the value that was written.</summary>
    /// <param name="version">Its version.</param>
    internal void End(Lsn version) => ResultWriter.WriteValue(_result, _value.WrittenSpan, version);
}
