using System.Globalization;
using Catena.Core.Primitives;
using Catena.Simulation.Histories;

namespace Catena.Simulation.Tests.Histories;

/// <summary>A register that does one operation at a time and tells all there is to tell.</summary>
internal sealed class AtomicRegister
{
    private string? _value;
    private Lsn _version;
    private ulong _writes;

    /// <summary>A command of a kind, that has a fair chance to apply.</summary>
    public RegisterCommand Command(RegisterOperation kind, int number, Prng random) => kind switch
    {
        RegisterOperation.Get => RegisterCommand.Get,
        RegisterOperation.Put => RegisterCommand.Put(FormattableString.Invariant($"v{number}")),
        RegisterOperation.Delete => RegisterCommand.Delete,
        RegisterOperation.Increment => RegisterCommand.Increment(random.Between(1, 3)),
        RegisterOperation.Append => RegisterCommand.Append(FormattableString.Invariant($"a{number};")),
        _ => RegisterCommand.CompareAndSet(_value is null || random.Chance(0.2) ? null : _version, FormattableString.Invariant($"v{number}")),
    };

    /// <summary>Does it.</summary>
    public RegisterResult Execute(RegisterCommand command)
    {
        switch (command.Operation)
        {
            case RegisterOperation.Get:
                return _value is null ? new RegisterResult { Found = false } : new RegisterResult { Found = true, Value = _value, Version = _version };
            case RegisterOperation.Delete:
                var found = _value is not null;
                Write(null);
                return new RegisterResult { Found = found, Version = _version };
            case RegisterOperation.CompareAndSet when command.Expected != (_value is null ? null : _version):
                return new RegisterResult { Applied = false };
            case RegisterOperation.Increment:
                var old = long.Parse(_value ?? "0", CultureInfo.InvariantCulture);
                return Write((old + command.By).ToString(CultureInfo.InvariantCulture));
            case RegisterOperation.Append:
                return Write(_value + command.Value);
            default:
                return Write(command.Value);
        }
    }

    private RegisterResult Write(string? value)
    {
        _value = value;
        _version = new Lsn(new Epoch(1), ++_writes);
        return new RegisterResult { Value = value, Version = _version };
    }
}
