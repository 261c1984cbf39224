using Catena.Core.Primitives;

namespace Catena.Core.Replication.Messages;

/// <summary>What a replica's state summed up to when it had applied just so much.</summary>
/// <param name="At">The last entry applied.</param>
/// <param name="Sum">The sum; equal for equal states.</param>
public readonly record struct StateSum(Lsn At, ulong Sum);
