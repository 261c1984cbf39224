using Catena.Core.Commands;
using Catena.Core.Data;
using Catena.Protocols.Resp;

namespace Catena.Server.Listeners.Redis.Forms;

/// <summary>Fields of bits of the value: BITFIELD where it only reads.</summary>
/// <param name="operations">Which fields.</param>
internal sealed class FieldsForm(IReadOnlyList<BitFieldOperation> operations) : IReplyForm
{
    /// <inheritdoc />
    public void Write(RespWriter writer, ref ResultReader result)
    {
        writer.WriteArrayHeader(operations.Count);
        for (var i = 0; i < operations.Count; i++)
        {
            writer.WriteInteger(BitFields.Read(result.Value, operations[i]));
        }
    }
}
