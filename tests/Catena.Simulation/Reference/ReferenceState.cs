using System.Globalization;
using Catena.Core.Primitives;
using Catena.Simulation.Histories;

namespace Catena.Simulation.Reference;

/// <summary>The reference server's keys, and each client's last write with its result.</summary>
internal sealed class ReferenceState
{
    private readonly SortedDictionary<string, (string Value, Lsn Version)> _keys = new(StringComparer.Ordinal);
    private readonly SortedDictionary<int, (long Sequence, RegisterResult Result)> _last = [];

    /// <summary>The result of a client's write, if that is the last it made.</summary>
    /// <returns>Null for a new request; an older one than the last gives a result with a lower sequence.</returns>
    public (long Sequence, RegisterResult Result)? LastOf(int client) => _last.TryGetValue(client, out var last) ? last : null;

    /// <summary>Decides an operation without carrying it out.</summary>
    /// <param name="key">The key.</param>
    /// <param name="command">The operation.</param>
    /// <param name="version">The version that a write gets.</param>
    public RegisterResult Decide(string key, RegisterCommand command, Lsn version)
    {
        var found = _keys.TryGetValue(key, out var old);
        var refused = new RegisterResult { Applied = false };
        switch (command.Operation)
        {
            case RegisterOperation.Get:
                return found ? new RegisterResult { Found = true, Value = old.Value, Version = old.Version } : new RegisterResult { Found = false };
            case RegisterOperation.Delete:
                return new RegisterResult { Found = found, Version = version };
            case RegisterOperation.CompareAndSet when command.Expected != (found ? old.Version : null):
                return refused;
            case RegisterOperation.Increment:
                return long.TryParse(found ? old.Value : "0", NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                    && number <= long.MaxValue - Math.Abs(command.By)
                    ? new RegisterResult { Value = (number + command.By).ToString(CultureInfo.InvariantCulture), Version = version }
                    : refused;
            case RegisterOperation.Append:
                return new RegisterResult { Value = (found ? old.Value : "") + command.Value, Version = version };
            default:
                return new RegisterResult { Value = command.Value, Version = version };
        }
    }

    /// <summary>Carries out what was decided; the same for a new record and for one that is read back.</summary>
    public void Apply(HistoryOperation record)
    {
        var result = record.Result!;
        _last[record.Client] = (record.Call, result);
        if (result.Applied == false)
        {
            return;
        }

        if (record.Command.Operation == RegisterOperation.Delete)
        {
            _keys.Remove(record.Key);
        }
        else
        {
            _keys[record.Key] = (result.Value!, result.Version!.Value);
        }
    }
}
