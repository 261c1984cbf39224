using Catena.Core.Replication;

namespace Catena.Server.Coordination;

/// <summary>What came of writing a configuration, and what stands now.</summary>
/// <param name="Outcome">What came of it.</param>
/// <param name="Newest">What stands, where it was accepted or superseded; null otherwise.</param>
/// <param name="Reason">Why it was not submitted or is unknown, for the log; empty otherwise.</param>
internal readonly record struct ConfigurationWrite(ConfigurationWriteOutcome Outcome, Configuration? Newest, string Reason = "");
