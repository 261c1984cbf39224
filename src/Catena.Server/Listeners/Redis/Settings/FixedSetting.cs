using System.Text;

namespace Catena.Server.Listeners.Redis.Settings;

/// <summary>A setting that is given when the node starts, or follows from what the node is. To set it to what it is changes nothing, and is allowed.</summary>
/// <param name="name">Its name.</param>
/// <param name="value">Its value.</param>
internal sealed class FixedSetting(string name, string value) : RedisSetting(name)
{
    private readonly byte[] _value = Encoding.UTF8.GetBytes(value);

    /// <inheritdoc />
    public override byte[] Read() => _value;

    /// <inheritdoc />
    public override string? Prepare(ReadOnlySpan<byte> text, out Action apply)
    {
        apply = static () => { };
        return text.SequenceEqual(_value) ? null : Immutable;
    }
}
