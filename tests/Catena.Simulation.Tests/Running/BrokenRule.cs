namespace Catena.Simulation.Tests.Running;

/// <summary>The rule that a <see cref="BrokenServer" /> leaves out.</summary>
public enum BrokenRule
{
    None,
    RepliesWait,
    ReadsWait,
    RecognisesRetries,
    SyncsBeforeServing,
    RewritesBeforeServing,
}
