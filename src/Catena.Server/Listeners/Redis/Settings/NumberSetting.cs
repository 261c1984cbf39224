using System.Globalization;
using System.Text;
using Catena.Protocols.Resp.Commands;

namespace Catena.Server.Listeners.Redis.Settings;

/// <summary>A setting that is a number within bounds, perhaps of bytes.</summary>
/// <param name="name">Its name.</param>
/// <param name="least">The least value.</param>
/// <param name="most">The greatest value.</param>
/// <param name="isMemory">Whether it is a number of bytes, for which units may be written.</param>
/// <param name="read">Tells the value.</param>
/// <param name="write">Takes a value.</param>
internal sealed class NumberSetting(string name, long least, long most, bool isMemory, Func<long> read, Action<long> write) : RedisSetting(name)
{
    /// <inheritdoc />
    public override byte[] Read() => Encoding.ASCII.GetBytes(read().ToString(CultureInfo.InvariantCulture));

    /// <inheritdoc />
    public override string? Prepare(ReadOnlySpan<byte> text, out Action apply)
    {
        var isNumber = isMemory ? MemorySize.TryParse(text, out var value) : RedisInteger.TryParse(text, out value);
        apply = () => write(value);
        if (!isNumber)
        {
            return isMemory ? "argument must be a memory value" : "argument couldn't be parsed into an integer";
        }

        return value >= least && value <= most
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"argument must be between {least} and {most} inclusive");
    }
}
