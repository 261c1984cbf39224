using Catena.Core.Replication;

namespace Catena.Core.Tests.Replication.Properties.BrokenRules;

/// <summary>The reader of a chain tells what it has not applied as committed.</summary>
internal sealed class UnappliedIsTold : ReplicaRules
{
    public override ulong TellsAsCommitted(ulong committed, ulong applied) => committed;
}
