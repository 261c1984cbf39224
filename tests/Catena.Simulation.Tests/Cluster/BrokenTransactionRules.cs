using Catena.Core.Transactions;

namespace Catena.Simulation.Tests.Cluster;

/// <summary>The rules of transactions without one of them.</summary>
internal sealed class BrokenTransactionRules(PlantedFault planted) : TransactionRules
{
    public override bool DecidesOnlyPrepared => planted != PlantedFault.DecidesUnprepared;

    public override bool LocksReads => planted != PlantedFault.ReadsWithoutLocks;

    public override bool LocksRanges => planted != PlantedFault.ScansWithoutLocks;

    public override bool AbortsByRecord => planted != PlantedFault.AbortsWithoutRecord;

    public override bool LocksOutliveFailover => planted != PlantedFault.LosesLocks;

    public override bool ReadsAwaitDecisions => planted != PlantedFault.PassesPreparedWrites;

    public override bool WritesRespectLocks => planted != PlantedFault.WritesThroughLocks;

    public override bool DeliversOnlyCommitted => planted != PlantedFault.DeliversUncommitted;

    public override bool DecidesLockedReads => planted != PlantedFault.TrustsLocks;

    public override bool DecisionsOutliveCoordinators => planted != PlantedFault.ForgetsDecisions;

    public override bool AbsencesAreCompared => planted != PlantedFault.OverlooksVisits;

    public override bool DroppedTablesAreRefused => planted != PlantedFault.KeepsDroppedTables;

    public override bool ReadOnlyIsCompared => planted != PlantedFault.ReadsOnce;
}
