using Catena.ZooKeeper.Jute;
using Catena.ZooKeeper.Protocol;

namespace Catena.ZooKeeper.Client;

/// <summary>What a client presents to act under a name: addAuth's scheme and bytes.</summary>
/// <param name="scheme">The scheme, such as <c>digest</c>.</param>
/// <param name="data">What the scheme wants, such as <c>user:password</c>.</param>
internal sealed class Credentials(string scheme, ReadOnlyMemory<byte> data)
{
    /// <summary>A request that presents them.</summary>
    public TypedRequest<bool> Request() => new(OpCode.Auth, null, Write, static (ErrorCode _, ref JuteReader _) => true);

    private void Write(JuteWriter writer)
    {
        writer.Int(0);
        writer.String(scheme);
        writer.Buffer(data.Span);
    }
}
