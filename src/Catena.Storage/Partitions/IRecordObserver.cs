using Catena.Core.Data;

namespace Catena.Storage.Partitions;

/// <summary>Is told when what a partition keeps for itself (<see cref="StoredKey.IsSystem" />) changes in its state.</summary>
public interface IRecordObserver
{
    /// <summary>An entry with this mutation has been applied, and all of it can be read; called under the partition's lock, in the order of the log.</summary>
    /// <param name="mutation">The change, borrowed.</param>
    void Applied(in Mutation mutation);
}
