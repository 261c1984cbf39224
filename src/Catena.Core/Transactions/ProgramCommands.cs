using Catena.Core.Data;
using Catena.Core.Primitives;

namespace Catena.Core.Transactions;

/// <summary>The commands of a program in order, without copying.</summary>
/// <param name="bytes">Verified bytes.</param>
public ref struct ProgramCommands(ReadOnlySpan<byte> bytes)
{
    private PackedList _list = new(bytes);

    /// <summary>The command that <see cref="MoveNext" /> went to.</summary>
    public readonly Command Current
    {
        get
        {
            var reader = new ByteReader(_list.Current);
            return CommandCodec.Read(ref reader);
        }
    }

    /// <summary>Goes to the next command.</summary>
    /// <returns>False at the end.</returns>
    public bool MoveNext() => _list.MoveNext();
}
