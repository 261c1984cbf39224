using Catena.Core.Replication;
using Catena.Server.Cluster;
using Catena.Server.Http;
using Catena.Server.Node;
using Catena.Server.Partitions;
using Catena.Server.Platform;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Catena.Server.Backups;

/// <summary>The requests by which tools read partitions and hold them: <c>docs/backup.md</c> describes them one by one.</summary>
/// <remarks>
/// A partition is read at its first member. Whoever is asked and is not says so (<see cref="FailureCodes.NotMine" />) and does nothing. What can
/// fail after an answer has begun is told in its last block.
/// </remarks>
internal sealed class BackupEndpoints : IEndpointGroup, IDisposable
{
    private const int MostReadings = 16;
    private const long LongestHold = 2_000;
    private const long NanosPerMillisecond = 1_000_000;
    private static readonly TimeSpan FreshPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FreshPause = TimeSpan.FromMilliseconds(10);

    private readonly Func<NodeCore?> _core;
    private readonly IClusterView _cluster;
    private readonly NodeBarrier _barrier = new();
    private readonly ReadSlots _slots = new(MostReadings);
    private readonly BulkThreads _threads = new("backup");

    /// <summary>The requests of one node.</summary>
    /// <param name="core">The node; null until it runs.</param>
    /// <param name="cluster">The cluster as it sees it.</param>
    public BackupEndpoints(Func<NodeCore?> core, IClusterView cluster)
    {
        _core = core;
        _cluster = cluster;
    }

    /// <inheritdoc />
    public void Map(IEndpointRouteBuilder routes)
    {
        HttpQuery.MapGet(routes, "/backup/partitions", ListAsync);
        HttpQuery.MapGet(routes, "/backup/partitions/{partition}/snapshot", SnapshotAsync);
        HttpQuery.MapGet(routes, "/backup/partitions/{partition}/log", LogAsync);
        HttpQuery.MapGet(routes, "/backup/partitions/{partition}/digest", DigestAsync);
        HttpQuery.MapPost(routes, "/backup/hold", HoldAsync);
        HttpQuery.MapPost(routes, "/backup/release", ReleaseAsync);
    }

    /// <inheritdoc />
    public Task DrainAsync() => _slots.DrainAsync();

    /// <inheritdoc />
    public void Dispose()
    {
        _threads.Dispose();
        _slots.Dispose();
    }

    private static Task NotReadyAsync(HttpContext context) =>
        HttpQuery.RefuseAsync(context, new StreamFailure(FailureCodes.NotReady, "the node does not run yet"));

    private static async Task<bool> IsFreshAsync(PartitionReading reading, CancellationToken cancellation)
    {
        for (var waited = TimeSpan.Zero; waited < FreshPatience; waited += FreshPause)
        {
            if (await reading.IsFreshAsync().ConfigureAwait(false))
            {
                return true;
            }

            await Task.Delay(FreshPause, cancellation).ConfigureAwait(false);
        }

        return false;
    }

    /// <summary>The host of the partition that a request is about; the request is refused where there is none.</summary>
    private async Task<PartitionHost?> HostOfAsync(HttpContext context)
    {
        var partition = HttpQuery.Partition(context);
        if (_core() is not { } core || !_cluster.IsKnown)
        {
            await NotReadyAsync(context).ConfigureAwait(false);
            return null;
        }

        if (core.FindHost(partition) is { } host)
        {
            return host;
        }

        await HttpQuery.RefuseAsync(context, FailureCodes.Of(ReadRefusal.NotMine)).ConfigureAwait(false);
        return null;
    }

    private Task ListAsync(HttpContext context)
    {
        if (_core() is not { } core)
        {
            return NotReadyAsync(context);
        }

        return HttpReplies.WriteJsonAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartArray("partitions");
            foreach (var host in core.Hosts.Where(host => host.IsServing))
            {
                var status = host.Status;
                json.WriteStartObject();
                json.WriteNumber("partition", host.Id.Value);
                json.WriteNumber("epoch", status.Epoch.Value);
                json.WriteString("last", status.Last.ToString());
                json.WriteNumber("keys", host.Keys);
                json.WriteString("mode", ReplicationModes.NameOf(status.Configuration!.Mode));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private async Task SnapshotAsync(HttpContext context)
    {
        var from = HttpQuery.Bytes(context, "from");
        var withLog = HttpQuery.Number(context, "log", 1) != 0;
        var mustBeFresh = HttpQuery.Number(context, "fresh", 0) != 0;
        if (await HostOfAsync(context).ConfigureAwait(false) is { } host)
        {
            await ReadAsync(context, host.TryBeginReading(out var reading) ? ReadRefusal.None : ReadRefusal.NotMine, reading, async stream =>
            {
                if (!await stream.WritePiecesAsync(from).ConfigureAwait(false))
                {
                    return FailureCodes.Of(ReadRefusal.NotMine);
                }

                if (withLog && await stream.WriteLogSoFarAsync(reading!.Applied.Sequence).ConfigureAwait(false) is { } lost)
                {
                    return lost;
                }

                return !mustBeFresh || await IsFreshAsync(reading!, context.RequestAborted).ConfigureAwait(false)
                    ? null
                    : new StreamFailure(FailureCodes.NotFresh, "the node may not have been the partition's first member all the while");
            }).ConfigureAwait(false);
        }
    }

    private async Task LogAsync(HttpContext context)
    {
        var after = HttpQuery.Position(context, "after") ?? throw new BadHttpRequestException("it must say after which entry");
        var through = HttpQuery.Position(context, "through");
        if (await HostOfAsync(context).ConfigureAwait(false) is { } host)
        {
            await ReadAsync(context, host.TryBeginReading(after, out var reading), reading, stream =>
                through is { } last ? stream.WriteLogThroughAsync(host, last) : stream.WriteLogSoFarAsync(reading!.Applied.Sequence)).ConfigureAwait(false);
        }
    }

    /// <summary>Answers with blocks: a beginning, what <paramref name="write" /> writes, and an end or what it says is in the way.</summary>
    private async Task ReadAsync(HttpContext context, ReadRefusal refusal, PartitionReading? reading, Func<ReadingStream, Task<StreamFailure?>> write)
    {
        using (reading)
        {
            if (reading is null)
            {
                await HttpQuery.RefuseAsync(context, FailureCodes.Of(refusal)).ConfigureAwait(false);
                return;
            }

            using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _slots.Stopping);
            await _slots.EnterAsync(ending.Token).ConfigureAwait(false);
            var block = _slots.TakeBuffer();
            try
            {
                context.Response.ContentType = HttpQuery.ContentType;
                context.Response.Headers.CacheControl = "no-store";
                var view = _cluster.Current;
                var stream = new ReadingStream(reading, context.Response.Body, block, _threads, ending.Token);
                await stream.BeginAsync(view.ClusterId, HttpQuery.Partition(context), view.Partitions.Length).ConfigureAwait(false);
                var failure = await stream.GuardAsync(write).ConfigureAwait(false);
                await stream.EndAsync(failure).ConfigureAwait(false);
            }
            finally
            {
                _slots.Return(block);
                _slots.Leave();
            }
        }
    }

    private async Task DigestAsync(HttpContext context)
    {
        var at = HttpQuery.Number(context, "at", 0);
        if (await HostOfAsync(context).ConfigureAwait(false) is not { } host)
        {
            return;
        }

        if (!host.TryBeginReading(out var reading))
        {
            await HttpQuery.RefuseAsync(context, FailureCodes.Of(ReadRefusal.NotMine)).ConfigureAwait(false);
            return;
        }

        using (reading)
        {
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _slots.Stopping);
            await _slots.EnterAsync(ending.Token).ConfigureAwait(false);
            try
            {
                var sum = await Task.Run(() => Sum(reading, at, ending.Token), ending.Token).ConfigureAwait(false);
                if (sum is not { } digest || !await IsFreshAsync(reading, ending.Token).ConfigureAwait(false))
                {
                    await HttpQuery.RefuseAsync(context, new StreamFailure(FailureCodes.NotFresh, "the partition was taken over meanwhile")).ConfigureAwait(false);
                    return;
                }

                await HttpReplies.WriteJsonAsync(context, StatusCodes.Status200OK, json =>
                {
                    json.WriteNumber("partition", host.Id.Value);
                    json.WriteNumber("keys", digest.Keys);
                    json.WriteString("digest", digest.ToString());
                }).ConfigureAwait(false);
            }
            finally
            {
                _slots.Leave();
            }
        }
    }

    private static ContentDigest? Sum(PartitionReading reading, long at, CancellationToken cancellation)
    {
        var visitor = new DigestVisitor(at);
        while (reading.TryVisit(visitor.Next, ReadingStream.PieceBytes, ref visitor, out var outcome))
        {
            if (outcome.Ended)
            {
                return visitor.Digest;
            }

            cancellation.ThrowIfCancellationRequested();
        }

        return null;
    }

    private Task HoldAsync(HttpContext context)
    {
        var limit = HttpQuery.Number(context, "milliseconds", 500);
        var hold = HttpQuery.Number(context, "hold", 0);
        if (limit is < 1 or > LongestHold || hold <= 0)
        {
            throw new BadHttpRequestException($"a hold has a number over 0 and lasts 1 to {LongestHold} ms");
        }

        if (_core() is not { } core)
        {
            return NotReadyAsync(context);
        }

        var marks = _barrier.TryBegin(core, (ulong)hold, limit * NanosPerMillisecond);
        return marks is null
            ? HttpQuery.RefuseAsync(context, new StreamFailure(FailureCodes.Busy, "another hold is on"))
            : HttpReplies.WriteJsonAsync(context, StatusCodes.Status200OK, json =>
            {
                json.WriteStartArray("partitions");
                foreach (var mark in marks)
                {
                    json.WriteStartObject();
                    json.WriteNumber("partition", mark.Partition.Value);
                    json.WriteString("last", mark.Last.ToString());
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            });
    }

    private async Task ReleaseAsync(HttpContext context)
    {
        var hold = HttpQuery.Number(context, "hold", 0);
        if (_core() is not { } core)
        {
            await NotReadyAsync(context).ConfigureAwait(false);
            return;
        }

        if (await _barrier.TryEndAsync(core, (ulong)hold).ConfigureAwait(false) is not { } unbroken)
        {
            await HttpQuery.RefuseAsync(context, new StreamFailure(FailureCodes.NoHold, "there is no such hold")).ConfigureAwait(false);
            return;
        }

        await HttpReplies.WriteJsonAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartArray("unbroken");
            foreach (var partition in unbroken)
            {
                json.WriteNumberValue(partition.Value);
            }

            json.WriteEndArray();
        }).ConfigureAwait(false);
    }
}
