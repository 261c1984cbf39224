namespace Catena.Simulation.Timelines;

/// <summary>A message that arrived.</summary>
/// <param name="From">The sender.</param>
/// <param name="To">The receiver.</param>
/// <param name="Sent">When it was sent, in nanoseconds.</param>
/// <param name="Received">When it arrived.</param>
/// <param name="Message">The message, which nobody changes.</param>
internal sealed record TimelineTransfer(ulong From, ulong To, long Sent, long Received, object Message)
{
    /// <summary>What kind of message it is.</summary>
    internal string Kind { get; } = Message is ITimelineMessage known ? known.Kind : Message.GetType().Name;

    /// <summary>The partition that it concerns; -1 for none.</summary>
    internal int Partition => (Message as ITimelineMessage)?.Subject?.Value ?? -1;
}
