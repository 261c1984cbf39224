using Catena.Core.Data;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;

namespace Catena.Server.Listeners.Redis.Forms;

/// <summary>What OBJECT tells of a value, by what Redis would do with the same bytes.</summary>
internal sealed class ObjectForm : IReplyForm
{
    // Redis keeps one object for each of these numbers and counts it as referred to without end.
    private const long SharedNumbers = 10_000;
    private const int EmbeddedBytes = 44;

    private readonly Aspect _aspect;

    private ObjectForm(Aspect aspect) => _aspect = aspect;

    private enum Aspect
    {
        Encoding,
        References,
        Idleness,
    }

    /// <summary>The name of the encoding.</summary>
    public static ObjectForm Encoding { get; } = new(Aspect.Encoding);

    /// <summary>The number of references.</summary>
    public static ObjectForm References { get; } = new(Aspect.References);

    /// <summary>The seconds since the last use: always 0, since nothing is remembered.</summary>
    public static ObjectForm Idleness { get; } = new(Aspect.Idleness);

    /// <inheritdoc />
    public void Write(RespWriter writer, ref ResultReader result)
    {
        if (result.Kind == ResultKind.Nil)
        {
            writer.WriteNull();
            return;
        }

        var isNumber = RedisInteger.TryParse(result.Value, out var number);
        switch (_aspect)
        {
            case Aspect.Encoding:
                writer.WriteBulk(isNumber ? "int"u8 : result.Value.Length <= EmbeddedBytes ? "embstr"u8 : "raw"u8);
                break;
            case Aspect.References:
                writer.WriteInteger(isNumber && number is >= 0 and < SharedNumbers ? int.MaxValue : 1);
                break;
            default:
                writer.WriteInteger(0);
                break;
        }
    }
}
