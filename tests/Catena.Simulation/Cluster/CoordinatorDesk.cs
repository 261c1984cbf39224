using System.Globalization;
using Catena.Core.Primitives;
using Catena.Core.Replication;
using Catena.Simulation.Coordination;
using Catena.Simulation.Nodes;

namespace Catena.Simulation.Cluster;

/// <summary>One process's dealings with the coordinator: it announces itself, hears of configurations, and submits proposals.</summary>
/// <remarks>
/// A proposal that may have reached the coordinator is submitted again, the very same, until its outcome is known: accepted, superseded by what is
/// then read, or overtaken by a configuration that was learnt elsewhere.
/// </remarks>
/// <param name="node">The node.</param>
/// <param name="coordinator">The coordinator.</param>
/// <param name="incarnation">The process's life, as it announces it.</param>
/// <param name="partitions">How many partitions there are.</param>
/// <param name="found">Called with each configuration that was read or accepted.</param>
/// <param name="notSubmitted">Called, never at once, for a proposal that certainly did not reach the coordinator.</param>
internal sealed class CoordinatorDesk(
    SimulatedNode node,
    SimulatedCoordinator coordinator,
    ulong incarnation,
    int partitions,
    Action<PartitionId, Configuration> found,
    Action<PartitionId, Epoch> notSubmitted) : ISessionOwner
{
    private readonly SortedDictionary<PartitionId, SubmittedProposal> _open = [];
    private readonly SortedSet<PartitionId> _writing = [];
    private SimulatedSession? _session;
    private bool _isNew;

    /// <summary>Whether requests can be made now.</summary>
    internal bool IsConnected => _session?.State == SessionState.Connected;

    /// <summary>Opens a session.</summary>
    internal void Open()
    {
        _isNew = true;
        _session = coordinator.Connect(node, this);
    }

    /// <inheritdoc />
    public void StateChanged(SessionState state)
    {
        if (state == SessionState.Expired)
        {
            Open();
        }
        else if (state == SessionState.Connected)
        {
            if (_isNew)
            {
                _isNew = false;
                _session!.Submit(new CoordinatorRequest.WatchSubtree(ClusterTree.Partitions), _ => { });
                Announce();
            }

            // Watches miss what happens while the connection is lost, so everything is read again.
            for (var partition = 0; partition < partitions; partition++)
            {
                Read(new PartitionId((ushort)partition));
            }

            foreach (var (partition, proposal) in _open.ToList())
            {
                Submit(partition, proposal);
            }
        }
    }

    /// <inheritdoc />
    public void Watched(WatchEventKind kind, string path)
    {
        if (ClusterTree.TryPartitionOf(path, out var partition))
        {
            Read(partition);
        }
    }

    /// <summary>Writes a configuration by compare-and-set over the one whose epoch is one less.</summary>
    internal void Propose(PartitionId partition, Configuration next)
    {
        if (_open.TryGetValue(partition, out var open))
        {
            throw new InvalidOperationException($"partition {partition} proposes {next} while the outcome of {open.Next} is open");
        }

        var proposal = new SubmittedProposal(next);
        _open.Add(partition, proposal);
        if (IsConnected)
        {
            Submit(partition, proposal);
        }
        else
        {
            _open.Remove(partition);
            node.After(0, "node.unsubmitted", () => notSubmitted(partition, next.Epoch));
        }
    }

    /// <summary>A replica has learnt of a configuration, which may settle what was proposed.</summary>
    internal void Learnt(PartitionId partition, Configuration configuration)
    {
        if (_open.TryGetValue(partition, out var open) && configuration.Epoch >= open.Next.Epoch)
        {
            _open.Remove(partition);
        }
    }

    /// <summary>Makes a controller's write, unless one of the same partition is under way.</summary>
    internal void Write(PartitionId partition, Configuration next, int expectedVersion)
    {
        if (_writing.Add(partition))
        {
            _session!.Submit(
                new CoordinatorRequest.SetData(ClusterTree.PathOf(partition), ClusterTree.Encode(next), expectedVersion),
                _ => _writing.Remove(partition));
        }
    }

    private void Announce() => _session!.Submit(
        new CoordinatorRequest.Create(ClusterTree.PathOf(node.Id), incarnation.ToString(CultureInfo.InvariantCulture), Ephemeral: true),
        reply =>
        {
            if (reply.Error == CoordinatorError.NodeExists)
            {
                // It is an earlier session's, which has not ended yet.
                _session!.Submit(new CoordinatorRequest.Delete(ClusterTree.PathOf(node.Id), -1), _ => { });
                Announce();
            }
            else if (reply.Error == CoordinatorError.ConnectionLost)
            {
                _isNew = true;
            }
        });

    private void Submit(PartitionId partition, SubmittedProposal proposal)
    {
        var next = proposal.Next;
        var request = new CoordinatorRequest.SetData(
            ClusterTree.PathOf(partition), ClusterTree.Encode(next), ClusterTree.VersionOf(next.Epoch) - 1);
        _session!.Submit(request, reply =>
        {
            switch (reply.Error)
            {
                case CoordinatorError.Ok:
                    Found(partition, next);
                    break;
                case CoordinatorError.ConnectionLost or CoordinatorError.SessionExpired:
                    // The outcome is open: the same is submitted again once there is a connection.
                    break;
                default:
                    _session!.Submit(new CoordinatorRequest.Sync(), _ => { });
                    Read(partition);
                    break;
            }
        });
    }

    private void Read(PartitionId partition) => _session!.Submit(new CoordinatorRequest.GetData(ClusterTree.PathOf(partition)), reply =>
    {
        if (reply.Error == CoordinatorError.Ok)
        {
            Found(partition, ClusterTree.Decode(reply.Data!));
        }
    });

    private void Found(PartitionId partition, Configuration configuration)
    {
        Learnt(partition, configuration);
        found(partition, configuration);
    }
}
