using System.Buffers;
using Catena.Core.Primitives;

namespace Catena.Core.Data;

/// <summary>Byte strings one behind the other, each with its length before it; an enumerable without copying.</summary>
/// <param name="bytes">The packed form.</param>
public ref struct PackedList(ReadOnlySpan<byte> bytes)
{
    private ByteReader _reader = new(bytes);

    /// <summary>The string that <see cref="MoveNext" /> went to.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>Whether everything read so far was well formed.</summary>
    public readonly bool IsValid => _reader.IsValid;

    /// <summary>Goes to the next string.</summary>
    /// <returns>False at the end, and at the first malformed byte.</returns>
    public bool MoveNext()
    {
        if (!_reader.IsValid || _reader.Rest.IsEmpty)
        {
            return false;
        }

        Current = _reader.ReadString();
        return _reader.IsValid;
    }

    /// <summary>The list itself, for <c>foreach</c>.</summary>
    public readonly PackedList GetEnumerator() => this;

    /// <summary>How many strings a packed list has.</summary>
    /// <param name="bytes">The packed form.</param>
    public static int Count(ReadOnlySpan<byte> bytes)
    {
        var count = 0;
        foreach (var _ in new PackedList(bytes))
        {
            count++;
        }

        return count;
    }

    /// <summary>A packed list of one string.</summary>
    public static byte[] Of(ReadOnlySpan<byte> item)
    {
        var list = new ArrayBufferWriter<byte>(item.Length + 4);
        Add(list, item);
        return list.WrittenSpan.ToArray();
    }

    /// <summary>Adds a string to a packed list that is being written.</summary>
    public static void Add(IBufferWriter<byte> writer, ReadOnlySpan<byte> item) => writer.WriteString(item);
}
