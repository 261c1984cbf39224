using System.Buffers.Binary;
using Catena.Core.Data;
using Catena.Protocols.Resp;

namespace Catena.Server.Listeners.Redis.Forms;

/// <summary>The numbers that operations on bits answered: all of them for BITFIELD, the only one for SETBIT.</summary>
internal sealed class NumbersForm : IReplyForm
{
    private readonly bool _isSingle;

    private NumbersForm(bool isSingle) => _isSingle = isSingle;

    /// <summary>An array of the numbers.</summary>
    public static NumbersForm All { get; } = new(isSingle: false);

    /// <summary>The only number.</summary>
    public static NumbersForm Single { get; } = new(isSingle: true);

    /// <inheritdoc />
    public void Write(RespWriter writer, ref ResultReader result)
    {
        if (!_isSingle)
        {
            writer.WriteArrayHeader(result.Count);
        }

        for (var i = 0; i < result.Count; i++)
        {
            if (result.ReadItem(out var item))
            {
                writer.WriteInteger(BinaryPrimitives.ReadInt64LittleEndian(item));
            }
            else
            {
                writer.WriteNull();
            }
        }
    }
}
