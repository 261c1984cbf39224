using Catena.Core.Data;
using Catena.Protocols.Resp;

namespace Catena.Server.Listeners.Redis.Forms;

/// <summary>An error where the key is there, and something else where it is not, whatever its value is.</summary>
/// <remarks>For malformed requests that Redis looks at only once it has found the key.</remarks>
internal sealed class ExistenceForm : IReplyForm
{
    private readonly byte[] _whenPresent;
    private readonly byte[]? _whenAbsent;
    private readonly long? _numberWhenAbsent;

    /// <summary>An error, or null where the key is absent.</summary>
    /// <param name="whenPresent">The error.</param>
    public ExistenceForm(ReadOnlySpan<byte> whenPresent) => _whenPresent = whenPresent.ToArray();

    /// <summary>An error, or another one where the key is absent.</summary>
    /// <param name="whenPresent">The error.</param>
    /// <param name="whenAbsent">The other error.</param>
    public ExistenceForm(ReadOnlySpan<byte> whenPresent, ReadOnlySpan<byte> whenAbsent)
        : this(whenPresent) => _whenAbsent = whenAbsent.ToArray();

    /// <summary>An error, or a number where the key is absent.</summary>
    /// <param name="whenPresent">The error.</param>
    /// <param name="whenAbsent">The number.</param>
    public ExistenceForm(ReadOnlySpan<byte> whenPresent, long whenAbsent)
        : this(whenPresent) => _numberWhenAbsent = whenAbsent;

    /// <inheritdoc />
    public void Write(RespWriter writer, ref ResultReader result)
    {
        if (result.Kind != ResultKind.Nil)
        {
            writer.WriteError(_whenPresent);
        }
        else if (_whenAbsent is not null)
        {
            writer.WriteError(_whenAbsent);
        }
        else if (_numberWhenAbsent is { } number)
        {
            writer.WriteInteger(number);
        }
        else
        {
            writer.WriteNull();
        }
    }
}
