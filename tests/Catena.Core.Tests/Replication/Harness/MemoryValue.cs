using Catena.Core.Primitives;

namespace Catena.Core.Tests.Replication.Harness;

/// <summary>A key's value in the state of a <see cref="MemoryLog" />, with the position of its last write.</summary>
internal sealed record MemoryValue(string Text, Lsn Version);
