using Catena.Core.Data;
using Catena.Protocols.Resp;

namespace Catena.Server.Listeners.Redis.Forms;

/// <summary>Makes a reply of a command's result and of what its request said.</summary>
/// <remarks>Called on the completing thread, so that it takes no longer than copying the result would; what does goes through <see cref="ReadGathering" />.</remarks>
internal interface IReplyForm
{
    /// <summary>Writes the reply.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="result">The result, which is no error.</param>
    void Write(RespWriter writer, ref ResultReader result);
}
