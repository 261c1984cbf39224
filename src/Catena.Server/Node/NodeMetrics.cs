using System.Globalization;
using Catena.Server.Coordination;
using Catena.Server.Coordination.Announcing;
using Catena.Server.Metrics;
using Catena.Server.Routing;
using Catena.Server.Tables;
using Catena.Server.Transactions;
using Catena.Storage;

namespace Catena.Server.Node;

/// <summary>Lists the node's own figures: roles, storage, commands under way, memory.</summary>
internal static class NodeMetrics
{
    /// <summary>Lists how the coordinator stands, which can be told before anything else.</summary>
    internal static void Register(MetricsRegistry metrics, ClusterCoordinator coordinator)
    {
        metrics.Gauge("catena_coordinator_connected", "Whether the coordinator can be reached and holds this cluster.", () => coordinator.IsConnected ? 1 : 0);
        metrics.Gauge(
            "catena_coordinator_refused",
            "Whether the coordinator's tree was refused when it was last read: wiped, or another cluster's.",
            () => coordinator.Refusal is null ? 0 : 1);
    }

    /// <summary>Lists the figures of transactions.</summary>
    internal static void Register(MetricsRegistry metrics, TransactionService transactions, NodeCore core)
    {
        metrics.Gauge("catena_transactions_running", "Transactions that this node coordinates or brings to an end.", () => transactions.Running);
        metrics.Gauge("catena_transactions_open", "Transactions open on this node whose commands come one by one.", () => transactions.Open);
        metrics.Gauge("catena_transactions_committed_total", "Transactions over several partitions that this node has coordinated and that were committed, or only read.", () => transactions.Committed);
        metrics.Gauge("catena_transactions_failed_total", "Transactions over several partitions that this node has coordinated and that were refused, aborted or left open.", () => transactions.Failed);
        metrics.Gauge("catena_transactions_resolved_total", "How often this node has found out, for a partition in doubt, what became of a transaction.", () => transactions.Resolved);
        metrics.Gauge("catena_transactions_prepared", "Prepared transactions that hold keys of the partitions that this node serves.", () => core.Hosts.Sum(host => host.Prepared.Count));
    }

    /// <summary>Lists the figures of named tables.</summary>
    internal static void Register(MetricsRegistry metrics, TableCatalogue tables)
    {
        metrics.Gauge("catena_tables_known", "Named tables whose numbers this node keeps.", () => tables.Known);
        metrics.Gauge("catena_table_calls_repeated_total", "Calls that this node has repeated because a partition knew that their table's number had been dropped.", () => tables.Repeats);
    }

    /// <summary>Lists how announcements stand.</summary>
    internal static void Register(MetricsRegistry metrics, Announcer announcer)
    {
        metrics.Gauge("catena_announcements", "Announcements of this node in ZooKeeper that are asked for.", () => announcer.Report().Count);
        metrics.Gauge("catena_announcements_standing", "Announcements of this node whose znodes are there.", () => announcer.Report().Count(one => one.IsStanding));
        metrics.Gauge("catena_announcements_failing", "Announcements of this node that ZooKeeper refuses for now.", () => announcer.Report().Count(one => one.Problem is not null));
    }

    /// <summary>Lists everything else.</summary>
    internal static void Register(MetricsRegistry metrics, NodeCore core, NodeStorage storage, CommandRouter router, JournalWriter journal, long memoryLimit)
    {
        metrics.Gauge("catena_replicas", "Partitions that this node has anything of.", () => core.Hosts.Count());
        metrics.Gauge("catena_partitions_served", "Partitions that this node serves as first member.", () => core.Hosts.Count(host => host.IsServing));
        metrics.Gauge(
            "catena_learners",
            "Replicas of this node that are learners.",
            () => core.Hosts.Count(host => host.Status.IsLearner));
        metrics.Gauge("catena_replicas_given_up", "Replicas of this node whose copy was given up.", () => core.Hosts.Count(host => host.Status.HasGivenUp));
        metrics.Gauge("catena_storage_damage_total", "How often something that was read was not what had been written.", () => core.Hosts.Sum(host => host.Damage.Met));
        metrics.Gauge("catena_copies_given_up_total", "How often a copy was given up because of damage that a running node met.", () => core.Hosts.Sum(host => host.Damage.GivenUp));
        metrics.Gauge("catena_scrub_passes_total", "How often everything on disk has been read again.", () => storage.Scrubber.Passes);
        metrics.Gauge("catena_scrub_bytes_total", "How many bytes have been read again.", () => storage.Scrubber.BytesRead);
        metrics.Gauge("catena_scrub_found_total", "Damaged values, log entries and checkpoint files that reading again has found.", () => storage.Scrubber.Found);
        metrics.Gauge("catena_states_found_equal_total", "How often another member's state was compared with this first member's and was equal.", () => core.Hosts.Sum(host => host.StatesFoundEqual));
        metrics.Gauge("catena_damaged_keys", "Keys whose values are damaged here and of which no other copy is left.", () => core.Hosts.Sum(host => host.Damage.Keys));
        metrics.Gauge("catena_keys", "Keys in the partitions that this node serves.", () => core.Hosts.Where(host => host.IsServing).Sum(host => host.Keys));
        metrics.Gauge("catena_commands_waiting", "Commands that are parked or at other nodes.", () => router.Waiting);
        metrics.Gauge("catena_journal_appended_bytes", "What this process has appended to the journal.", () => storage.AppendedBytes);
        metrics.Gauge("catena_journal_unflushed_bytes", "How much of the journal is not stable yet.", () => storage.AppendedPosition - storage.DurablePosition);
        metrics.Gauge("catena_journal_flush_seconds", "How long the flush under way has taken; 0 where there is none.", () => journal.BusyFor / 1e9);
        metrics.Gauge("catena_memory_limit_bytes", "What the next three may take together.", () => memoryLimit);
        metrics.Gauge("catena_index_bytes", "Memory of keys and what is said of them, values aside.", () => storage.MemoryUse.Index);
        metrics.Gauge("catena_inline_value_bytes", "Memory of values that stand in the index.", () => storage.MemoryUse.InlineValues);
        metrics.Gauge("catena_read_buffer_bytes", "Memory of the newest part of the journal.", () => storage.MemoryUse.ReadBuffers);
        metrics.Gauge("catena_journal_bytes", "What the journal's segments take on disk, spare ones aside.", () => storage.JournalBytes);
        metrics.Gauge("catena_journal_live_bytes", "What of it keys refer to, as of the last look.", () => storage.Maintenance.LiveBytes);
        metrics.Gauge("catena_journal_replay_bytes", "What of it a restart would have to replay now.", () => storage.Maintenance.ReplayBytes);
        metrics.Gauge("catena_checkpoints_total", "How many rounds of checkpoints this process has put in force.", () => storage.Maintenance.Checkpoints);
        metrics.Gauge("catena_compacted_bytes_total", "About how many bytes compaction has read and written.", () => storage.Maintenance.CompactedBytes);
        metrics.Gauge("catena_disk_free_bytes", "What the disk has left.", () => storage.FreeBytes);
        RegisterRuntime(metrics);
        metrics.Gauge("catena_incarnation", "This node's life.", () => core.Incarnation);
    }

    /// <summary>Lists what the process takes from the garbage-collected heap, and what that costs.</summary>
    internal static void RegisterRuntime(MetricsRegistry metrics)
    {
        metrics.Gauge("catena_heap_bytes", "The garbage-collected heap.", () => GC.GetTotalMemory(forceFullCollection: false));
        metrics.Gauge("catena_gc_pause_seconds_total", "Time in which the collector held all threads.", () => GC.GetTotalPauseDuration().TotalSeconds);
        metrics.Gauge("catena_allocated_bytes_total", "What this process has ever allocated on the garbage-collected heap.", () => GC.GetTotalAllocatedBytes());
        for (var generation = 0; generation <= GC.MaxGeneration; generation++)
        {
            var counted = generation;
            metrics.Gauge(
                "catena_gc_collections_total",
                "How often the collector has gone through a generation and the younger ones.",
                () => GC.CollectionCount(counted),
                new MetricLabel("generation", counted.ToString(CultureInfo.InvariantCulture)));
        }
    }
}
