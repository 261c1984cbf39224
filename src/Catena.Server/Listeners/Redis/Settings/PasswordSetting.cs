using Catena.Server.Node;

namespace Catena.Server.Listeners.Redis.Settings;

/// <summary><c>requirepass</c>: the password of this node's clients; an empty one is none.</summary>
/// <param name="listener">Whose password it is.</param>
internal sealed class PasswordSetting(RedisListener listener) : RedisSetting("requirepass")
{
    /// <inheritdoc />
    public override byte[] Read() => listener.Password is { } password ? password.Reveal().ToArray() : [];

    /// <inheritdoc />
    public override string? Prepare(ReadOnlySpan<byte> text, out Action apply)
    {
        var password = text.IsEmpty ? null : new RedisPassword(text);
        apply = () => listener.Password = password;
        return text.Length > RedisPassword.MaxBytes ? "argument is too long for a password" : null;
    }
}
