namespace Catena.Core.Replication.Messages;

/// <summary>The first byte of a replica's message on the wire. Part of the peer protocol: values are never reused.</summary>
internal enum MessageKind : byte
{
    EpochOpen = 1,
    EpochAck = 2,
    EpochStale = 3,
    LogFetch = 4,
    LogSuffix = 5,
    AppendEntries = 6,
    AppendAck = 7,
    AppendRefused = 8,
    SnapshotChunk = 9,
    SnapshotAck = 10,
    GaveUp = 11,
    StateSums = 12,
    EpochWish = 13,
    StandingTold = 14,
    PositionAsk = 15,
    PositionTold = 16,
}
