using Catena.Core.Commands;

namespace Catena.Core.Transactions.Coordination;

/// <summary>Collects the keys of one command.</summary>
internal struct StepKeys() : ICommandKeyVisitor
{
    /// <summary>The stored keys; whether they are read.</summary>
    internal List<(byte[] Key, bool IsRead)> Keys { get; } = [];

    public void Visit(ReadOnlySpan<byte> storedKey, KeyAccess access) => Keys.Add((storedKey.ToArray(), (access & KeyAccess.Read) != 0));
}
