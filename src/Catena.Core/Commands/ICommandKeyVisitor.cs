namespace Catena.Core.Commands;

/// <summary>Is shown the keys of commands.</summary>
public interface ICommandKeyVisitor
{
    /// <summary>Takes one key; one that a command names twice comes twice.</summary>
    /// <param name="storedKey">The key in its stored form, borrowed during the call.</param>
    /// <param name="access">What the command does with it.</param>
    void Visit(ReadOnlySpan<byte> storedKey, KeyAccess access);
}
