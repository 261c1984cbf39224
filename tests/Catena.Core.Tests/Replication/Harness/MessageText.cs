using System.Collections.Immutable;
using Catena.Core.Primitives;
using Catena.Core.Replication.Log;
using Catena.Core.Replication.Messages;

namespace Catena.Core.Tests.Replication.Harness;

/// <summary>Replica messages as short texts, for scenarios.</summary>
internal static class MessageText
{
    internal static string Of(ReplicaMessage message) => message switch
    {
        EpochOpen open => $"EpochOpen {open.Configuration}{Released(open.Released)}",
        EpochAck ack => $"EpochAck {ack.Epoch}: last {ack.Last}, lineage {Of(ack.Lineage)}",
        EpochStale stale => $"EpochStale {stale.Configuration}",
        LogFetch fetch => $"LogFetch {fetch.Epoch}: after {fetch.After}",
        LogSuffix suffix => $"LogSuffix {suffix.Epoch}: after {suffix.After}, [{Entries(suffix.Frames.Span)}] of {suffix.Last}",
        AppendEntries append => $"AppendEntries {append.Epoch}: after {append.Previous}, [{Entries(append.Frames.Span)}], committed {append.Committed}",
        AppendAck ack => $"AppendAck {ack.Epoch}: through {ack.Through}",
        AppendRefused refusal => $"AppendRefused {refusal.Epoch}: last {refusal.Last}, lineage {Of(refusal.Lineage)}",
        SnapshotChunk chunk => $"SnapshotChunk {chunk.Epoch}: {chunk.Transfer}/{chunk.Number}{(chunk.IsLast ? " last" : "")} at {chunk.Base}",
        SnapshotAck ack => $"SnapshotAck {ack.Epoch}: {ack.Transfer}/{ack.Number}{(ack.IsTaken ? "" : " refused")}",
        _ => $"{message.GetType().Name} {message.Epoch}",
    };

    private static string Released(ImmutableArray<NodeId> released) => released.IsEmpty ? "" : $" released [{string.Join(' ', released.Order())}]";

    private static string Of(ImmutableArray<EpochStart> lineage) =>
        $"[{string.Join(' ', lineage.Select(step => $"{step.Epoch}@{step.FirstSequence}"))}]";

    private static string Entries(ReadOnlySpan<byte> frames)
    {
        var texts = new List<string>();
        while (EntryFrame.TryRead(frames, out var header, out var body, out var length))
        {
            texts.Add($"{header.Lsn} {System.Text.Encoding.UTF8.GetString(body)}");
            frames = frames[length..];
        }

        return string.Join(", ", texts);
    }
}
