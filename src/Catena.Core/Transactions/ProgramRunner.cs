using System.Buffers;
using Catena.Core.Commands;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;

namespace Catena.Core.Transactions;

/// <summary>Runs a transaction's program on some state: each command sees what those before it have done. Whether the tables are there still is for its caller to know.</summary>
/// <remarks>Used again for every program. Not thread-safe.</remarks>
/// <param name="slots">The slots that the keys may have.</param>
/// <param name="maxValueBytes">The longest value.</param>
internal sealed class ProgramRunner(SlotRange slots, int maxValueBytes)
{
    private readonly CommandDecider _decider = new(slots, maxValueBytes) { LooksForDropped = false };
    private readonly ProgramView _view = new();
    private readonly ArrayBufferWriter<byte> _results = new(256);
    private readonly ArrayBufferWriter<byte> _mutations = new(256);
    private int _count;

    /// <summary>The encoded results of all commands, each as a byte string; of a failed program the error of the command that failed.</summary>
    internal ReadOnlySpan<byte> Results => _results.WrittenSpan;

    /// <summary>How many commands have run.</summary>
    internal int Count => _count;

    /// <summary>The mutations.</summary>
    internal ReadOnlySpan<byte> Mutations => _mutations.WrittenSpan;

    /// <summary>Whether a value is put.</summary>
    internal bool Puts { get; private set; }

    /// <summary>Runs a program.</summary>
    /// <param name="program">The program.</param>
    /// <param name="keys">The state.</param>
    /// <param name="now">The wall clock, in milliseconds since 1970 UTC.</param>
    internal ProgramOutcome Run(TransactionProgram program, IKeyReader keys, long now)
    {
        _results.ResetWrittenCount();
        _mutations.ResetWrittenCount();
        _count = 0;
        Puts = false;
        _view.Begin(keys);
        for (var watched = program.Watched; watched.MoveNext();)
        {
            if (VersionOf(keys, watched.Key, now) != watched.Version)
            {
                return ProgramOutcome.Unmet;
            }
        }

        _view.Take(_mutations.WrittenSpan);

        for (var commands = program.Commands; commands.MoveNext();)
        {
            _decider.Decide(commands.Current, _view, now);
            var hasFailed = _decider.Result[0] == (byte)ResultKind.Error;
            if (hasFailed && (program.Flags & ProgramFlags.AllOrNothing) != 0)
            {
                _results.ResetWrittenCount();
                _results.Write(_decider.Result);
                _mutations.ResetWrittenCount();
                return ProgramOutcome.Failed;
            }

            _count++;
            _results.WriteString(_decider.Result);
            _mutations.Write(_decider.Mutations);
            _view.Take(_decider.Mutations);
            Puts |= _decider.HasMutations && !_decider.FreesSpace;
        }

        return ProgramOutcome.Ran;
    }

    /// <summary>A key's version, zero where it is absent; one whose time has passed is, and its deletion becomes part of what is done.</summary>
    private Lsn VersionOf(IKeyReader keys, ReadOnlySpan<byte> storedKey, long now)
    {
        if (!keys.TryReadVersion(storedKey, out var version, out var expiry))
        {
            return Lsn.Zero;
        }

        if (expiry == 0 || expiry > now)
        {
            return version;
        }

        WriteBody.WriteMutation(_mutations, new Mutation { Kind = MutationKind.Delete, Key = storedKey });
        return Lsn.Zero;
    }
}
