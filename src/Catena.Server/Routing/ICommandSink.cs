namespace Catena.Server.Routing;

/// <summary>Where the result of a command goes.</summary>
public interface ICommandSink
{
    /// <summary>Takes the result of one command; called exactly once a command.</summary>
    /// <remarks>
    /// Called on any thread, perhaps inside <see cref="ICommandRouter.Execute" />, perhaps under a partition's lock: it copies what it
    /// needs and returns; it neither blocks nor executes another command.
    /// </remarks>
    /// <param name="tag">What the caller gave with the command.</param>
    /// <param name="result">The result (<see cref="Core.Data.ResultReader" />), borrowed during the call.</param>
    void Complete(long tag, ReadOnlySpan<byte> result);
}
