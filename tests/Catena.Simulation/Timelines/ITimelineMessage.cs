using Catena.Core.Primitives;

namespace Catena.Simulation.Timelines;

/// <summary>A message that tells a timeline by what it can be filtered.</summary>
internal interface ITimelineMessage
{
    /// <summary>What kind of message it is.</summary>
    string Kind { get; }

    /// <summary>The partition that it concerns; null where it concerns none, or several.</summary>
    PartitionId? Subject { get; }
}
