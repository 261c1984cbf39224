using System.Globalization;
using Catena.Server.Node;

namespace Catena.Server.Listeners.Redis.Settings;

/// <summary>Makes the settings of a listener.</summary>
/// <remarks>
/// <c>save</c> is empty and <c>appendonly</c> is yes: there are no periodic dumps, and every write goes to a log;
/// <c>appendfsync</c> is the durability setting. <c>maxmemory</c> is 0, since no key is ever evicted. <c>databases</c> is 1.
/// </remarks>
internal static class RedisSettingList
{
    private const int MegaByte = 1 << 20;

    /// <summary>The settings of one listener.</summary>
    /// <param name="listener">The listener.</param>
    public static RedisSettings Create(RedisListener listener)
    {
        RedisSetting[] settings = [.. Fixed(listener), .. Changeable(listener)];
        return new RedisSettings([.. settings.OrderBy(setting => setting.Name, StringComparer.Ordinal)]);
    }

    private static IEnumerable<RedisSetting> Fixed(RedisListener listener)
    {
        var (node, options) = (listener.Node, listener.Options);
        yield return new FixedSetting("appendfsync", node.Durability switch { Durability.Always => "always", Durability.Interval => "everysec", _ => "no" });
        yield return new FixedSetting("appendonly", "yes");
        yield return new FixedSetting("bind", node.Bind.ToString());
        yield return new FixedSetting("client-query-buffer-limit", Print(listener.Limits.MessageBytes));
        yield return new FixedSetting("cluster-enabled", node.RedisCluster ? "yes" : "no");
        yield return new FixedSetting("databases", "1");
        yield return new FixedSetting("dir", node.DataDirectory);
        yield return new FixedSetting("enable-debug-command", "no");
        yield return new FixedSetting("latency-monitor-threshold", "0");
        yield return new FixedSetting("latency-tracking", "no");
        yield return new FixedSetting("maxmemory", "0");
        yield return new FixedSetting("maxmemory-policy", "noeviction");
        yield return new FixedSetting("min-replicas-to-write", Print(Math.Max(node.MinInSync - 1, 0)));
        yield return new FixedSetting("notify-keyspace-events", "");
        yield return new FixedSetting("port", Print(node.RedisPort));
        yield return new FixedSetting("save", "");
        yield return new FixedSetting("tcp-backlog", Print(options.Backlog));
    }

    private static IEnumerable<RedisSetting> Changeable(RedisListener listener)
    {
        yield return new OutputLimitSetting(listener);
        yield return new PasswordSetting(listener);
        yield return new NumberSetting(
            "maxclients", 1, uint.MaxValue, isMemory: false,
            () => listener.Options.MaxClients,
            value => listener.Change(options => options with { MaxClients = (int)Math.Min(value, int.MaxValue) }));

        // Not above what the node started with: a longer argument could not be forwarded to another node.
        var mostBulkBytes = Math.Max(listener.Limits.BulkBytes, MegaByte);
        yield return new NumberSetting(
            "proto-max-bulk-len", MegaByte, mostBulkBytes, isMemory: true,
            () => listener.Limits.BulkBytes,
            value => listener.Limits = listener.Limits with { BulkBytes = (int)value });
        yield return new NumberSetting(
            "slowlog-log-slower-than", -1, long.MaxValue, isMemory: false,
            () => listener.Options.SlowCommand < TimeSpan.Zero ? -1 : (long)listener.Options.SlowCommand.TotalMicroseconds,
            value =>
            {
                var slow = TimeSpan.FromMicroseconds(Math.Min(value, (long)TimeSpan.FromDays(3650).TotalMicroseconds));
                listener.Change(options => options with { SlowCommand = slow });
                listener.TakeLimits();
            });
        yield return new NumberSetting(
            "slowlog-max-len", 0, long.MaxValue, isMemory: false,
            () => listener.Options.SlowCommandsKept,
            value =>
            {
                listener.Change(options => options with { SlowCommandsKept = (int)Math.Min(value, ListenerOptions.MostSlowCommandsKept) });
                listener.TakeLimits();
            });
        yield return Seconds(
            "tcp-keepalive", listener, options => options.KeepAlive, (options, value) => options with { KeepAlive = value });
        yield return Seconds(
            "timeout", listener, options => options.IdleTimeout, (options, value) => options with { IdleTimeout = value });
    }

    private static NumberSetting Seconds(
        string name, RedisListener listener, Func<ListenerOptions, TimeSpan> read, Func<ListenerOptions, TimeSpan, ListenerOptions> change) =>
        new(
            name, 0, int.MaxValue, isMemory: false,
            () => (long)read(listener.Options).TotalSeconds,
            value => listener.Change(options => change(options, TimeSpan.FromSeconds(value))));

    private static string Print(int number) => number.ToString(CultureInfo.InvariantCulture);
}
