using Catena.Cli.Backups.Network;
using Catena.Cli.Backups.Text;
using Catena.Cli.CommandLine;
using Catena.Core.Data;
using Catena.Core.Placement;

namespace Catena.Cli.Backups;

/// <summary>Writes the keys of lines into a cluster, in their order, each to the table that has its table's name.</summary>
/// <param name="client">The cluster.</param>
/// <param name="writer">Writes.</param>
/// <param name="skipsBad">Whether a bad line is told and left out; otherwise it is the end.</param>
/// <param name="progress">Hears how it goes.</param>
internal sealed class ImportRun(ClusterClient client, BulkWriter writer, bool skipsBad, IProgressSink progress)
{
    private const int LinesBetweenPauses = 512;
    private const long BytesBetweenNotes = 64 << 20;
    private const int LongestLine = 256 << 20;

    private readonly Dictionary<string, ushort> _tables = new(StringComparer.Ordinal) { [EntryLine.DefaultTable] = 0 };
    private long _notedBytes;
    private long _keys;

    /// <summary>Imports.</summary>
    /// <param name="source">Stands where <paramref name="start" /> says.</param>
    /// <param name="length">The length of the whole; 0 where nobody knows.</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="note">Told now and then up to where everything is written.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What came of it.</returns>
    /// <exception cref="CommandException">A line is bad; all before it are written.</exception>
    public async Task<ImportProgress> RunAsync(Stream source, long length, ImportProgress start, Action<ImportProgress> note, CancellationToken cancellation)
    {
        var lines = new LineReader(source, start.Offset, LongestLine);
        var at = start;
        while (await NextAsync(lines, at, note, cancellation).ConfigureAwait(false))
        {
            var isGood = EntryLine.TryRead(lines.Line, out var entry, out var reason);
            if (!isGood)
            {
                at = await TakeBadAsync(at, reason, note, cancellation).ConfigureAwait(false);
            }
            else if (entry is not null)
            {
                var table = await TableAsync(entry.Table, at, note, cancellation).ConfigureAwait(false);
                writer.Add(StoredKey.Of(HashSlot.Of(entry.Key).Value, table, entry.Key), entry.Value, entry.Expiry);
                _keys++;
            }

            at = at with { Lines = at.Lines + 1, Offset = lines.Offset, Keys = start.Keys + _keys };
            if (at.Lines % LinesBetweenPauses == 0)
            {
                await PauseAsync(at, note, cancellation).ConfigureAwait(false);
                progress.Report(length == 0 ? 0 : at.Offset, length, $"{at.Keys} keys");
            }
        }

        await writer.FlushAsync(cancellation).ConfigureAwait(false);
        return at;
    }

    /// <summary>The number that a table has in this cluster, whatever it had where the lines come from; one that is not there is created.</summary>
    private async Task<ushort> TableAsync(string name, ImportProgress at, Action<ImportProgress> note, CancellationToken cancellation)
    {
        if (!_tables.TryGetValue(name, out var number))
        {
            try
            {
                number = await client.RetryAsync(() => client.TableAsync(name, cancellation), cancellation).ConfigureAwait(false);
            }
            catch (RemoteException refused)
            {
                await StopAsync(at, note, cancellation).ConfigureAwait(false);
                throw new CommandException(ExitCode.Failed, $"line {at.Lines + 1}: table {name}: {refused.Message}", refused);
            }

            _tables.Add(name, number);
        }

        return number;
    }

    private async Task<bool> NextAsync(LineReader lines, ImportProgress at, Action<ImportProgress> note, CancellationToken cancellation)
    {
        try
        {
            return await lines.ReadAsync(cancellation).ConfigureAwait(false);
        }
        catch (InvalidDataException tooLong)
        {
            await StopAsync(at, note, cancellation).ConfigureAwait(false);
            throw new CommandException(ExitCode.Failed, $"line {at.Lines + 1}: {tooLong.Message}", tooLong);
        }
    }

    private async Task<ImportProgress> TakeBadAsync(ImportProgress at, string reason, Action<ImportProgress> note, CancellationToken cancellation)
    {
        if (skipsBad)
        {
            progress.Say($"line {at.Lines + 1} is left out: {reason}");
            return at with { Bad = at.Bad + 1 };
        }

        await StopAsync(at, note, cancellation).ConfigureAwait(false);
        throw new CommandException(
            ExitCode.Failed, $"line {at.Lines + 1}: {reason}. Everything before it is written; mend it and run this again to go on, or leave bad lines out with --skip-bad");
    }

    private async Task StopAsync(ImportProgress at, Action<ImportProgress> note, CancellationToken cancellation)
    {
        await writer.FlushAsync(cancellation).ConfigureAwait(false);
        note(at);
    }

    private async Task PauseAsync(ImportProgress at, Action<ImportProgress> note, CancellationToken cancellation)
    {
        if (writer.Bytes - _notedBytes < BytesBetweenNotes)
        {
            await writer.PauseAsync(cancellation).ConfigureAwait(false);
            return;
        }

        await writer.FlushAsync(cancellation).ConfigureAwait(false);
        _notedBytes = writer.Bytes;
        note(at with { Cluster = client.Map.Id });
    }
}
