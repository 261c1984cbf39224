namespace Catena.Core.Tests.Replication.Properties;

/// <summary>A promise of the protocol was found broken.</summary>
internal sealed class ViolationException(string what) : Exception(what);
