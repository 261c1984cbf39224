using System.Buffers;
using Catena.Core.Primitives;

namespace Catena.Core.Data;

/// <summary>The results of requests that may be asked for again: a part of a partition's replicated state.</summary>
/// <remarks>
/// <para>
/// Every replica that applied the same entries holds the same results, so a request that is retried at a new primary runs once
/// (Liskov and Cowling, "Viewstamped Replication Revisited", 2012, section 4.1: the client table). Retention is decided by the
/// log alone: a result goes when its origin says that it is settled, when the origin has <see cref="MaxResultsPerOrigin" /> newer
/// sequences, when a newer incarnation of the origin appears, or when <see cref="MaxOrigins" /> other origins were used since.
/// What is no longer known is refused, never run again.
/// </para>
/// <para>Not thread-safe: the partition's lock guards it.</para>
/// </remarks>
public sealed class RequestResults
{
    /// <summary>How many results of one origin are kept at most.</summary>
    public const int MaxResultsPerOrigin = 65_536;

    /// <summary>How many origins are remembered at most.</summary>
    public const int MaxOrigins = 4_096;

    private readonly Dictionary<ulong, OriginResults> _origins = [];
    private ulong _evictions;
    private ulong _through;

    /// <summary>Says whether a request has run.</summary>
    /// <param name="request">The request; one that is never retried is always new.</param>
    /// <param name="result">The recorded result, where the answer is <see cref="RequestStanding.Done" />.</param>
    public RequestStanding Find(in RequestId request, out ReadOnlySpan<byte> result)
    {
        result = default;
        if (!request.IsRetryable)
        {
            return RequestStanding.New;
        }

        if (!request.IsWellFormed)
        {
            return RequestStanding.Forgotten;
        }

        if (!_origins.TryGetValue(request.Origin, out var origin))
        {
            // Requests that were refused leave nothing behind, so an origin that settled some may be unknown without having been forgotten.
            return request.Settled == 0 || _evictions == 0 ? RequestStanding.New : RequestStanding.Forgotten;
        }

        if (request.Incarnation != origin.Incarnation)
        {
            return request.Incarnation > origin.Incarnation ? RequestStanding.New : RequestStanding.Forgotten;
        }

        if (request.Sequence <= origin.Floor)
        {
            return RequestStanding.Forgotten;
        }

        if (origin.Find(request.Sequence) is not { } found)
        {
            return RequestStanding.New;
        }

        result = found;
        return RequestStanding.Done;
    }

    /// <summary>Whether a later life of an origin is known, so that nothing an earlier one has asked for is carried out any more.</summary>
    public bool IsSuperseded(ulong origin, ulong incarnation) => _origins.TryGetValue(origin, out var known) && known.Incarnation > incarnation;

    /// <summary>Records the result of an applied entry; called in log order.</summary>
    /// <remarks>
    /// A snapshot's results are newer than the position from which the log is applied again, so entries that are recorded already
    /// change nothing: recorded again in a table of a later time, they could evict an origin that the other replicas remember.
    /// </remarks>
    /// <param name="request">Who asked; ignored where it is never retried.</param>
    /// <param name="result">What was answered.</param>
    /// <param name="logSequence">The entry's sequence number.</param>
    public void Record(in RequestId request, ReadOnlySpan<byte> result, ulong logSequence)
    {
        if (!request.IsRetryable || logSequence <= _through)
        {
            return;
        }

        _through = logSequence;
        if (!_origins.TryGetValue(request.Origin, out var origin) || origin.Incarnation < request.Incarnation)
        {
            origin = new OriginResults(request.Incarnation);
            _origins[request.Origin] = origin;
            EvictLeastRecent(request.Origin);
        }
        else if (origin.Incarnation > request.Incarnation)
        {
            return;
        }

        origin.LastUse = logSequence;
        origin.Record(request.Sequence, request.Settled, result);
    }

    /// <summary>Forgets everything, as for a replica that starts from nothing.</summary>
    public void Clear()
    {
        _origins.Clear();
        _evictions = 0;
        _through = 0;
    }

    /// <summary>Writes all results, the same bytes for the same state.</summary>
    /// <param name="writer">Where to.</param>
    public void WriteTo(IBufferWriter<byte> writer)
    {
        writer.WriteVarint(_evictions);
        writer.WriteVarint(_through);
        writer.WriteVarint((ulong)_origins.Count);
        foreach (var (id, origin) in _origins.OrderBy(pair => pair.Key))
        {
            writer.WriteUInt64(id);
            writer.WriteVarint(origin.Incarnation);
            writer.WriteVarint(origin.Floor);
            writer.WriteVarint(origin.Highest);
            writer.WriteVarint(origin.LastUse);
            for (var sequence = origin.Floor + 1; sequence <= origin.Highest; sequence++)
            {
                var result = origin.Find(sequence);
                writer.WriteByte(result is null ? (byte)0 : (byte)1);
                if (result is not null)
                {
                    writer.WriteString(result);
                }
            }
        }
    }

    /// <summary>Replaces everything by what <see cref="WriteTo" /> wrote.</summary>
    /// <param name="reader">Stands at the first byte; after it, where it is valid, stands behind the last.</param>
    /// <returns>False where the bytes are malformed; the table is then empty.</returns>
    public bool TryReadFrom(ref ByteReader reader)
    {
        Clear();
        _evictions = reader.ReadVarint();
        _through = reader.ReadVarint();
        var count = reader.ReadCount();
        for (var index = 0; index < count && reader.IsValid; index++)
        {
            var id = reader.ReadUInt64();
            var origin = new OriginResults(reader.ReadVarint());
            var floor = reader.ReadVarint();
            var highest = reader.ReadVarint();
            origin.LastUse = reader.ReadVarint();
            if (highest < floor || highest - floor > MaxResultsPerOrigin)
            {
                reader.Fail();
            }

            origin.RaiseFloor(floor);
            for (var sequence = floor + 1; sequence <= highest && reader.IsValid; sequence++)
            {
                if (reader.ReadByte() == 1)
                {
                    origin.Record(sequence, floor, reader.ReadString());
                }
            }

            _origins[id] = origin;
        }

        if (!reader.IsValid)
        {
            Clear();
        }

        return reader.IsValid;
    }

    private void EvictLeastRecent(ulong newest)
    {
        if (_origins.Count <= MaxOrigins)
        {
            return;
        }

        var oldest = _origins.Where(pair => pair.Key != newest).MinBy(pair => (pair.Value.LastUse, pair.Key)).Key;
        _origins.Remove(oldest);
        _evictions++;
    }
}
