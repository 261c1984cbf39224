using System.Globalization;
using System.Text;

namespace Catena.Server.Listeners.Redis;

/// <summary>Writes the sections of INFO, with the names by which monitoring knows them.</summary>
internal static class InfoText
{
    private static readonly (string Name, Action<StringBuilder, RedisListener> Write)[] Sections =
    [
        ("Server", WriteServer),
        ("Clients", WriteClients),
        ("Memory", WriteMemory),
        ("Persistence", WritePersistence),
        ("Stats", WriteStats),
        ("Replication", WriteReplication),
        ("CPU", WriteCpu),
        ("Modules", static (_, _) => { }),
        ("Commandstats", StatisticsText.WriteCommands),
        ("Errorstats", StatisticsText.WriteErrors),
        ("Latencystats", static (_, _) => { }),
        ("Cluster", WriteCluster),
        ("Keyspace", WriteKeyspace),
    ];

    /// <summary>Sections that are written only where they, or all, are asked for.</summary>
    private static readonly string[] OnRequest = ["Commandstats", "Latencystats"];

    /// <summary>Writes sections.</summary>
    /// <param name="listener">Who is asked.</param>
    /// <param name="names">Their names in lower case; none or <c>default</c> for most, <c>all</c> or <c>everything</c> for all.</param>
    public static string Write(RedisListener listener, IReadOnlyList<string> names)
    {
        var all = names.Any(name => name is "all" or "everything");
        var most = names.Count == 0 || names.Contains("default");
        var text = new StringBuilder();
        foreach (var (name, write) in Sections)
        {
            if (all || (most && !OnRequest.Contains(name)) || names.Contains(name.ToLowerInvariant()))
            {
                text.Append(text.Length > 0 ? "\r\n" : "").Append("# ").Append(name).Append("\r\n");
                write(text, listener);
            }
        }

        return text.ToString();
    }

    private static void WriteServer(StringBuilder text, RedisListener listener)
    {
        var view = listener.Cluster.Current;
        var uptime = (long)listener.Time.GetElapsedTime(listener.StartedAt).TotalSeconds;
        Line(text, "redis_version", RedisListener.RedisVersion);
        Line(text, "redis_mode", listener.Node.RedisCluster ? "cluster" : "standalone");
        Line(text, "server_name", "catena");
        Line(text, "catena_version", typeof(InfoText).Assembly.GetName().Version?.ToString(3) ?? "0.0.0");
        Line(text, "os", Environment.OSVersion.ToString());
        Line(text, "arch_bits", Environment.Is64BitProcess ? 64 : 32);
        Line(text, "process_id", Environment.ProcessId);
        Line(text, "run_id", ClusterText.IdOf(view.Self));
        Line(text, "tcp_port", listener.EndPoint.Port);
        Line(text, "server_time_usec", listener.Now * 1000);
        Line(text, "uptime_in_seconds", uptime);
        Line(text, "uptime_in_days", uptime / 86_400);
        Line(text, "executable", Environment.ProcessPath ?? "");
        Line(text, "config_file", "");
    }

    private static void WriteClients(StringBuilder text, RedisListener listener)
    {
        Line(text, "connected_clients", listener.Count);
        Line(text, "maxclients", listener.Options.MaxClients);
        Line(text, "cluster_connections", 0);
        Line(text, "blocked_clients", 0);
        Line(text, "tracking_clients", 0);
    }

    private static void WriteMemory(StringBuilder text, RedisListener listener)
    {
        var used = GC.GetTotalMemory(forceFullCollection: false) + (listener.StorageMemory?.Invoke() ?? 0);
        Line(text, "used_memory", used);
        Line(text, "used_memory_human", string.Create(CultureInfo.InvariantCulture, $"{used / 1048576.0:F2}M"));
        Line(text, "used_memory_rss", Environment.WorkingSet);
        Line(text, "total_system_memory", GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        Line(text, "maxmemory", listener.Node.MemoryBytes);
        Line(text, "maxmemory_policy", "noeviction");
    }

    private static void WritePersistence(StringBuilder text, RedisListener listener)
    {
        Line(text, "loading", 0);
        Line(text, "async_loading", 0);
        Line(text, "rdb_changes_since_last_save", 0);
        Line(text, "rdb_bgsave_in_progress", 0);
        Line(text, "rdb_last_save_time", PersistenceCommands.LastSave(listener));
        Line(text, "rdb_last_bgsave_status", "ok");
        Line(text, "aof_enabled", 1);
        Line(text, "aof_rewrite_in_progress", 0);
        Line(text, "aof_rewrite_scheduled", 0);
        Line(text, "aof_last_bgrewrite_status", "ok");
        Line(text, "aof_last_write_status", "ok");
    }

    private static void WriteStats(StringBuilder text, RedisListener listener)
    {
        Line(text, "total_connections_received", listener.Metrics.Accepted.Value);
        Line(text, "total_commands_processed", listener.Metrics.Requests.Value);
        Line(text, "instantaneous_ops_per_sec", listener.Statistics.RequestsPerSecond);
        Line(text, "total_net_input_bytes", listener.Metrics.BytesReceived.Value);
        Line(text, "total_net_output_bytes", listener.Metrics.BytesSent.Value);
        Line(text, "rejected_connections", listener.Metrics.Rejected.Value);
        Line(text, "evicted_keys", 0);
        Line(text, "pubsub_channels", listener.PubSub.Hub.Channels.Count);
        Line(text, "pubsub_patterns", listener.PubSub.Hub.Patterns.Count);
        Line(text, "pubsubshard_channels", listener.PubSub.Hub.Sharded.Count);
        Line(text, "total_error_replies", listener.Statistics.Errors().Sum(error => error.Count));
    }

    private static void WriteReplication(StringBuilder text, RedisListener listener)
    {
        // Replication is per partition; every node takes reads and writes, which is what clients want to know of a role.
        var view = listener.Cluster.Current;
        Line(text, "role", "master");
        Line(text, "connected_slaves", 0);
        Line(text, "master_failover_state", "no-failover");
        Line(text, "master_repl_offset", 0);
        Line(text, "catena_partitions_first", view.Partitions.Count(partition => partition?.First == view.Self));
        Line(text, "catena_partitions_reader", view.Partitions.Count(partition => partition?.Reader == view.Self));
        Line(text, "catena_partitions_member", view.Partitions.Count(partition => partition?.HasMember(view.Self) == true));
        Line(text, "catena_partitions_learner", view.Partitions.Count(partition => partition?.HasLearner(view.Self) == true));
    }

    private static void WriteCpu(StringBuilder text, RedisListener listener)
    {
        var usage = Environment.CpuUsage;
        Line(text, "used_cpu_sys", string.Create(CultureInfo.InvariantCulture, $"{usage.PrivilegedTime.TotalSeconds:F6}"));
        Line(text, "used_cpu_user", string.Create(CultureInfo.InvariantCulture, $"{usage.UserTime.TotalSeconds:F6}"));
    }

    private static void WriteCluster(StringBuilder text, RedisListener listener)
    {
        var view = listener.Cluster.Current;
        Line(text, "cluster_enabled", listener.Node.RedisCluster ? 1 : 0);
        Line(text, "catena_cluster", view.Name);
        Line(text, "catena_cluster_alive", view.IsAlive ? 1 : 0);
        Line(text, "catena_nodes", view.Nodes.Length);
        Line(text, "catena_partitions", view.Partitions.Length);
    }

    private static void WriteKeyspace(StringBuilder text, RedisListener listener)
    {
        if (listener.KeyCount?.Invoke() is > 0 and var keys)
        {
            Line(text, "db0", string.Create(CultureInfo.InvariantCulture, $"keys={keys},expires=0,avg_ttl=0"));
        }
    }

    private static void Line(StringBuilder text, string name, string value) =>
        text.Append(name).Append(':').Append(value).Append("\r\n");

    private static void Line(StringBuilder text, string name, long value) =>
        Line(text, name, value.ToString(CultureInfo.InvariantCulture));
}
