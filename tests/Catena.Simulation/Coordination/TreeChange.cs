namespace Catena.Simulation.Coordination;

/// <summary>One znode set to a new content, or removed: what a decided request comes down to.</summary>
/// <param name="Path">The znode's path.</param>
/// <param name="Content">Its new content; null where it is removed.</param>
/// <param name="Event">What watches of the znode are told; null where its own data did not change.</param>
internal sealed record TreeChange(string Path, Znode? Content, WatchEventKind? Event);
