namespace Catena.Simulation.Coordination;

/// <summary>Something asked of the coordinator.</summary>
public abstract record CoordinatorRequest
{
    private CoordinatorRequest()
    {
    }

    /// <summary>Whether it goes through the leader and is ordered with all other writes.</summary>
    public bool IsWrite => this is Create or SetData or Delete or Check or Multi or Sync;

    /// <summary>Creates a znode.</summary>
    /// <param name="Path">Its path; for a sequential one, what precedes the ten digits.</param>
    /// <param name="Data">Its data.</param>
    /// <param name="Ephemeral">Whether it goes with the session.</param>
    /// <param name="Sequential">Whether the parent's counter is added to the name.</param>
    public sealed record Create(string Path, string Data, bool Ephemeral = false, bool Sequential = false) : CoordinatorRequest;

    /// <summary>Replaces a znode's data.</summary>
    /// <param name="Path">Its path.</param>
    /// <param name="Data">The new data.</param>
    /// <param name="Version">The version it must have; -1 for any.</param>
    public sealed record SetData(string Path, string Data, int Version) : CoordinatorRequest;

    /// <summary>Deletes a znode without children.</summary>
    /// <param name="Path">Its path.</param>
    /// <param name="Version">The version it must have; -1 for any.</param>
    public sealed record Delete(string Path, int Version) : CoordinatorRequest;

    /// <summary>Demands a version; of use inside <see cref="Multi" />.</summary>
    /// <param name="Path">The znode's path.</param>
    /// <param name="Version">The version it must have; -1 for any.</param>
    public sealed record Check(string Path, int Version) : CoordinatorRequest;

    /// <summary>Several writes, of which all take effect or none.</summary>
    /// <param name="Requests">The writes.</param>
    public sealed record Multi(IReadOnlyList<CoordinatorRequest> Requests) : CoordinatorRequest
    {
        /// <inheritdoc />
        public override string ToString() => $"Multi [{string.Join("; ", Requests)}]";
    }

    /// <summary>Several reads, of one moment at one server.</summary>
    /// <param name="Requests">The reads.</param>
    public sealed record MultiRead(IReadOnlyList<CoordinatorRequest> Requests) : CoordinatorRequest
    {
        /// <inheritdoc />
        public override string ToString() => $"MultiRead of {Requests.Count}";
    }

    /// <summary>Lists the session's own ephemeral znodes, possibly stale.</summary>
    /// <param name="Prefix">How their paths begin.</param>
    public sealed record GetEphemerals(string Prefix) : CoordinatorRequest;

    /// <summary>Brings the session's server up to everything that was written before, so that a read after it is not stale.</summary>
    public sealed record Sync : CoordinatorRequest;

    /// <summary>Reads a znode's data, possibly stale.</summary>
    /// <param name="Path">Its path.</param>
    /// <param name="Watch">Whether to be told, once, of its next change.</param>
    public sealed record GetData(string Path, bool Watch = false) : CoordinatorRequest;

    /// <summary>Asks whether a znode exists, possibly stale.</summary>
    /// <param name="Path">Its path.</param>
    /// <param name="Watch">Whether to be told, once, of its next change, creation included.</param>
    public sealed record Exists(string Path, bool Watch = false) : CoordinatorRequest;

    /// <summary>Lists a znode's children, possibly stale.</summary>
    /// <param name="Path">Its path.</param>
    /// <param name="Watch">Whether to be told, once, of the next child that comes or goes.</param>
    public sealed record GetChildren(string Path, bool Watch = false) : CoordinatorRequest;

    /// <summary>Asks to be told of every change at or below a path, until the session ends; changes during a lost connection are missed.</summary>
    /// <param name="Path">The path.</param>
    public sealed record WatchSubtree(string Path) : CoordinatorRequest;
}
