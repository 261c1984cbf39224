using System.Buffers;
using Catena.Cli.Backups.Network;
using Catena.Cli.Backups.Text;
using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Server.Backups;
using Catena.Storage.Partitions;

namespace Catena.Cli.Backups;

/// <summary>Writes all keys of a cluster as lines, partition by partition.</summary>
/// <remarks>
/// Each piece of a partition that has been written is noted with the length of the file up to there, so that an interrupted export cuts what is
/// behind the last note and goes on: every key is there once.
/// </remarks>
/// <param name="client">The cluster.</param>
/// <param name="rate">How fast.</param>
/// <param name="progress">Hears how it goes.</param>
internal sealed class ExportRun(ClusterClient client, RateLimit rate, IProgressSink progress)
{
    private static readonly TimeSpan NoteInterval = TimeSpan.FromSeconds(1);

    private readonly ArrayBufferWriter<byte> _lines = new(1 << 20);
    private readonly ExportTables _tables = new(client);
    private long _lastNote = Environment.TickCount64;

    /// <summary>Writes a file, or the rest of one that was begun.</summary>
    /// <param name="path">The file.</param>
    /// <param name="saved">Where progress is kept.</param>
    /// <param name="cancellation">Gives up; the next run goes on.</param>
    /// <returns>How many keys the file holds.</returns>
    public async Task<long> ToFileAsync(string path, SavedProgress<ExportProgress> saved, CancellationToken cancellation)
    {
        var last = saved.Load();
        var isResumed = last is not null && last.Cluster == client.Map.Id && File.Exists(path) && new FileInfo(path).Length >= last.Offset;
        await using var file = new FileStream(path, isResumed ? FileMode.Open : FileMode.Create, FileAccess.Write, FileShare.Read);
        if (isResumed)
        {
            progress.Say($"going on behind {last!.Keys} keys");
            file.SetLength(last.Offset);
            file.Seek(0, SeekOrigin.End);
        }

        var start = isResumed ? last! : new ExportProgress(client.Map.Id, 0, "", 0, 0);
        var keys = await WriteAsync(file, start, note =>
        {
            if (Environment.TickCount64 - _lastNote >= NoteInterval.TotalMilliseconds)
            {
                file.Flush(flushToDisk: true);
                saved.Save(note with { Offset = file.Length });
                _lastNote = Environment.TickCount64;
            }
        }, cancellation).ConfigureAwait(false);
        file.Flush(flushToDisk: true);
        saved.Delete();
        return keys;
    }

    /// <summary>Writes to a stream from the beginning.</summary>
    /// <param name="output">The stream.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>How many keys were written.</returns>
    public Task<long> ToStreamAsync(Stream output, CancellationToken cancellation) =>
        WriteAsync(output, new ExportProgress(client.Map.Id, 0, "", 0, 0), static _ => { }, cancellation);

    private async Task<long> WriteAsync(Stream output, ExportProgress start, Action<ExportProgress> note, CancellationToken cancellation)
    {
        if (start.Offset == 0)
        {
            EntryLine.WriteMetadata(_lines, client.Map.Id, TimeProvider.System.GetUtcNow());
            await FlushAsync(output, cancellation).ConfigureAwait(false);
        }

        var at = start;
        while (at.Partition < client.Map.Partitions)
        {
            // What breaks off goes on from the last piece that was written.
            at = await client.RetryAsync(async () =>
            {
                at = await WritePiecesAsync(output, at, note, next => at = next, cancellation).ConfigureAwait(false);
                return at;
            }, cancellation).ConfigureAwait(false);
            progress.Report(at.Partition, client.Map.Partitions, $"{at.Keys} keys");
        }

        return at.Keys;
    }

    private async Task<ExportProgress> WritePiecesAsync(
        Stream output, ExportProgress at, Action<ExportProgress> note, Action<ExportProgress> reached, CancellationToken cancellation)
    {
        var request = $"snapshot?log=0&fresh=1&from={Convert.ToHexString(Convert.FromBase64String(at.From))}";
        await using var stream = await client.OpenAsync(new PartitionId((ushort)at.Partition), request, cancellation).ConfigureAwait(false);
        while (await stream.NextAsync(cancellation).ConfigureAwait(false))
        {
            if (stream.Kind != BlockKind.Piece || !SnapshotPiece.IsValid(stream.Payload.Span))
            {
                throw new RemoteException(FailureCodes.BadRequest, $"partition {at.Partition} was answered with something that is no piece of a snapshot");
            }

            await _tables.LearnAsync(stream.Payload, cancellation).ConfigureAwait(false);
            at = WriteLines(stream.Payload.Span, at);
            await rate.TakeAsync(stream.Payload.Length, cancellation).ConfigureAwait(false);
            await FlushAsync(output, cancellation).ConfigureAwait(false);
            reached(at);
            note(at);
        }

        var next = at with { Partition = at.Partition + 1, From = "" };
        reached(next);
        note(next);
        return next;
    }

    private ExportProgress WriteLines(ReadOnlySpan<byte> piece, ExportProgress at)
    {
        var entries = new SnapshotPieceReader(piece);
        var keys = 0;
        byte[]? next = null;
        while (entries.MoveNext())
        {
            if (_tables.NameOf(StoredKey.Table(entries.Key)) is { } table)
            {
                EntryLine.Write(_lines, table, StoredKey.Key(entries.Key), entries.Value, entries.Expiry);
                keys++;
            }

            next = [.. entries.Key, 0];
        }

        return next is null ? at : at with { From = Convert.ToBase64String(next), Keys = at.Keys + keys };
    }

    private async Task FlushAsync(Stream output, CancellationToken cancellation)
    {
        await output.WriteAsync(_lines.WrittenMemory, cancellation).ConfigureAwait(false);
        _lines.ResetWrittenCount();
    }
}
