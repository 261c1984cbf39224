using System.Globalization;
using System.Text;
using Catena.Protocols.Resp.Commands;

namespace Catena.Server.Listeners.Redis.Settings;

/// <summary><c>client-output-buffer-limit</c>, of which only the class <c>pubsub</c> can be set.</summary>
/// <remarks>A client without subscriptions is not cut off but read no further while its replies wait, and there are no replicas among the clients.</remarks>
/// <param name="listener">Whose limits they are.</param>
internal sealed class OutputLimitSetting(RedisListener listener) : RedisSetting("client-output-buffer-limit")
{
    /// <inheritdoc />
    public override byte[] Read()
    {
        var limit = listener.Options.SubscriberOutput;
        return Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"normal 0 0 0 slave 0 0 0 pubsub {limit.HardBytes} {limit.SoftBytes} {(long)limit.SoftTime.TotalSeconds}"));
    }

    /// <inheritdoc />
    public override string? Prepare(ReadOnlySpan<byte> text, out Action apply)
    {
        var limit = listener.Options.SubscriberOutput;
        apply = () => listener.Change(options => options with { SubscriberOutput = limit });
        var words = Encoding.Latin1.GetString(text).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || words.Length % 4 != 0)
        {
            return "Wrong number of arguments in buffer limit configuration.";
        }

        for (var i = 0; i < words.Length; i += 4)
        {
            if (words[i].ToUpperInvariant() is not ("NORMAL" or "SLAVE" or "REPLICA" or "PUBSUB"))
            {
                return "Invalid client class specified in buffer limit configuration.";
            }

            if (!MemorySize.TryParse(Encoding.Latin1.GetBytes(words[i + 1]), out var hard)
                || !MemorySize.TryParse(Encoding.Latin1.GetBytes(words[i + 2]), out var soft)
                || !RedisInteger.TryParse(Encoding.Latin1.GetBytes(words[i + 3]), out var seconds)
                || seconds is < 0 or > int.MaxValue)
            {
                return "Error in hard, soft or soft_seconds setting in buffer limit configuration.";
            }

            var isPubSub = words[i].Equals("pubsub", StringComparison.OrdinalIgnoreCase);
            if (!isPubSub && (hard, soft, seconds) != (0, 0, 0))
            {
                return "only the class pubsub can have limits here";
            }

            limit = isPubSub ? new OutputLimit(hard, soft, TimeSpan.FromSeconds(seconds)) : limit;
        }

        return null;
    }
}
