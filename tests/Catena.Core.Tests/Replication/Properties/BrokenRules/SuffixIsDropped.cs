using Catena.Core.Replication;

namespace Catena.Core.Tests.Replication.Properties.BrokenRules;

/// <summary>A new first member drops what it does not know to be committed.</summary>
internal sealed class SuffixIsDropped : ReplicaRules
{
    public override bool KeepsInheritedSuffix => false;
}
