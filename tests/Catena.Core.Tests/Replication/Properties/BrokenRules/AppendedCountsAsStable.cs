using Catena.Core.Replication;

namespace Catena.Core.Tests.Replication.Properties.BrokenRules;

/// <summary>An entry counts as stable as soon as it is appended.</summary>
internal sealed class AppendedCountsAsStable : ReplicaRules
{
    public override ulong CountsAsStable(ulong stable, ulong last) => last;
}
