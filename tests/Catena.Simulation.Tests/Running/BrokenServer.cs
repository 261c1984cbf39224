using Catena.Simulation.Nodes;
using Catena.Simulation.Reference;

namespace Catena.Simulation.Tests.Running;

/// <summary>A reference server that leaves out one rule.</summary>
internal sealed class BrokenServer(SimulatedNode node, BrokenRule broken) : ReferenceServer(node)
{
    protected override bool RepliesWait => broken != BrokenRule.RepliesWait;

    protected override bool ReadsWait => broken != BrokenRule.ReadsWait;

    protected override bool RecognisesRetries => broken != BrokenRule.RecognisesRetries;

    protected override bool SyncsBeforeServing => broken != BrokenRule.SyncsBeforeServing;

    protected override bool RewritesBeforeServing => broken != BrokenRule.RewritesBeforeServing;
}
