using System.Buffers.Binary;
using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Core.Replication.Log;
using Catena.Storage.Errors;
using Catena.Storage.Journaling;

namespace Catena.Storage.Partitions;

/// <content>What recovery does to a partition: the same as was done when each record was appended.</content>
public sealed partial class PartitionStore
{
    /// <summary>Up to where replayed entries say that entries are committed.</summary>
    private ulong _knownCommitted;

    /// <summary>Takes an entry that the journal holds; what it says is committed is applied by the next <see cref="TryCatchUp" />.</summary>
    /// <returns>False where it does not continue what is there, so that something must be missing.</returns>
    internal bool TryReplayEntry(in EntryHeader header, ReadOnlySpan<byte> body, long position)
    {
        if (!_log.Continues(header.Lsn) || (header.Type == EntryType.Write && !IsWellFormed(body)))
        {
            return false;
        }

        Added(header.Lsn, position);
        _knownCommitted = Math.Max(_knownCommitted, header.Committed);
        return true;
    }

    /// <summary>Applies what replayed entries say is committed. Of different partitions on several threads at once.</summary>
    /// <returns>False where an entry cannot be read any more.</returns>
    internal bool TryCatchUp()
    {
        try
        {
            ApplyThrough(Math.Min(_knownCommitted, LastLsn.Sequence));
            return true;
        }
        catch (StorageDamagedException)
        {
            return false;
        }
    }

    /// <summary>Takes a record other than an entry.</summary>
    /// <returns>False where it does not continue what is there, or makes no sense.</returns>
    internal bool TryReplayControl(RecordType type, ulong number, ReadOnlySpan<byte> body, long position)
    {
        if (number != _control + 1)
        {
            return false;
        }

        _control = number;
        NoteFirstRecord(position);
        switch (type)
        {
            case RecordType.Truncate:
                return TryReplayTruncate(body);
            case RecordType.Reset when body.Length == 1:
                Clear((ResetReason)body[0]);
                return true;
            case RecordType.ReplicaState:
                _replicaState = body.ToArray();
                return true;
            case RecordType.TailLost when body.Length == 1:
                LostTail = body[0] != 0;
                return true;
            case RecordType.InstallBegin when ControlRecords.TryReadInstallBegin(body, out var @base, out var lineage):
                _installation = new Installation(@base, lineage, NewState());
                return true;
            case RecordType.InstallChunk:
                return TryReplayChunk(body, position);
            case RecordType.Moved:
                return TryReplayMoved(body, position);
            case RecordType.InstallEnd:
                return TryReplayEnd(body);
            default:
                return false;
        }
    }

    /// <summary>Takes the record by which an earlier recovery gave the partition up: whatever preceded it does not matter.</summary>
    internal void ReplayGivingUp(ulong number, long position)
    {
        NoteFirstRecord(position);
        _control = number;
        Clear(ResetReason.Damaged);
    }

    /// <summary>Ends the replay: a snapshot that was still arriving is abandoned, and what a checkpoint had seen applied is.</summary>
    /// <returns>False where entries that the checkpoint had seen applied, or that are yet to be applied, are not there.</returns>
    internal bool TryEndReplay()
    {
        _installation = null;
        if (_exactFrom > LastLsn.Sequence)
        {
            return false;
        }

        _knownCommitted = Math.Max(_knownCommitted, _exactFrom);
        return TryCatchUp() && TryReadUnreplayed();
    }

    /// <summary>Reads the entries again that are yet to be applied and stand before what was replayed: the checkpoint only says where they are.</summary>
    private bool TryReadUnreplayed()
    {
        try
        {
            for (var next = _applied + 1; next <= LastLsn.Sequence && _log.PositionOf(next) < FirstRecord; next++)
            {
                ReadEntry(next, out _);
            }

            return true;
        }
        catch (StorageDamagedException)
        {
            return false;
        }
        finally
        {
            _reader.Release();
        }
    }

    private static bool IsWellFormed(ReadOnlySpan<byte> body)
    {
        var reader = new WriteBodyReader(body);
        while (reader.MoveNext())
        {
            if (reader.Current.Key.Length > StoredKey.MaxLength)
            {
                return false;
            }
        }

        return reader.IsValid;
    }

    private bool TryReplayTruncate(ReadOnlySpan<byte> body)
    {
        if (body.Length != 8)
        {
            return false;
        }

        var lastKept = BinaryPrimitives.ReadUInt64LittleEndian(body);
        if (lastKept < _applied || lastKept > LastLsn.Sequence)
        {
            return false;
        }

        _installation = null;
        _log.Truncate(lastKept);
        return true;
    }

    private bool TryReplayChunk(ReadOnlySpan<byte> body, long position)
    {
        if (_installation is not { } installation || !SnapshotChunk.IsValid(body))
        {
            return false;
        }

        installation.State.AddChunk(_reader.Read(position, out _), position);
        _reader.Release();
        installation.Chunks++;
        return true;
    }

    private bool TryReplayMoved(ReadOnlySpan<byte> body, long position)
    {
        if (!SnapshotChunk.IsValid(body))
        {
            return false;
        }

        // Values are moved only out of segments of which every checkpoint in force has all entries applied, so their keys are there already.
        _state.Move(_reader.Read(position, out _), position);
        _reader.Release();
        return true;
    }

    private bool TryReplayEnd(ReadOnlySpan<byte> body)
    {
        if (_installation is not { } installation)
        {
            return false;
        }

        var reader = new ByteReader(body);
        var chunks = reader.ReadVarint();
        var completeThrough = reader.ReadVarint();
        if (!installation.State.Results.TryReadFrom(ref reader) || !reader.IsAtEnd || chunks != installation.Chunks)
        {
            return false;
        }

        Complete(installation, completeThrough);
        return true;
    }
}
