using System.Globalization;
using Catena.Simulation.Histories;

namespace Catena.Simulation.Checkers;

/// <summary>What the result of an answered operation says about the value just before it.</summary>
/// <param name="Kind">How much it says.</param>
/// <param name="Value">The value, where it says which; null for absence or, where the operation cannot tell them apart, for what is empty or zero.</param>
/// <param name="Length">The value's length, where it says only that; an absent one has none.</param>
internal readonly record struct Requirement(RequirementKind Kind, string? Value, int Length = 0)
{
    /// <summary>The requirement of an operation with its result.</summary>
    public static Requirement Of(RegisterCommand command, RegisterResult result)
    {
        var value = result.Value;
        switch (command.Operation)
        {
            case RegisterOperation.Get when value is not null || result.Found == false:
                return Exact(result.Found == false ? null : value);
            case RegisterOperation.Get or RegisterOperation.CompareAndSet:
                return new Requirement(RequirementKind.Loose, null);
            case RegisterOperation.Delete or RegisterOperation.Put when result.Found is not null:
                return result.Found == false ? Exact(null) : new Requirement(RequirementKind.Loose, null);
            case RegisterOperation.Delete:
                return new Requirement(RequirementKind.Loose, null);
            case RegisterOperation.Append when value is not null && value.EndsWith(command.Value!, StringComparison.Ordinal):
                var before = value[..^command.Value!.Length];
                return Exact(before.Length == 0 ? null : before);
            case RegisterOperation.Append when value is null && result.Length is { } length:
                return new Requirement(RequirementKind.Length, null, length - command.Value!.Length);
            case RegisterOperation.Increment when result.Applied != false && value is not null && TryNumber(value, out var sum):
                var old = (sum - command.By).ToString(CultureInfo.InvariantCulture);
                return Exact(old == "0" ? null : old);
            default:
                return new Requirement(RequirementKind.Open, null);
        }
    }

    /// <summary>Whether appends alone could make the required value of another.</summary>
    public bool AppendsCanReach(string? from) => (Value ?? "").StartsWith(from ?? "", StringComparison.Ordinal);

    /// <summary>Whether increments alone could make the required value of another.</summary>
    /// <param name="from">The other value.</param>
    /// <param name="up">Whether there are increments by positive numbers.</param>
    /// <param name="down">Whether there are increments by negative numbers.</param>
    public bool IncrementsCanReach(string? from, bool up, bool down) =>
        TryNumber(Value, out var target) && TryNumber(from, out var start) && (start == target || (start < target ? up : down));

    private static Requirement Exact(string? value) => new(RequirementKind.Exact, value);

    private static bool TryNumber(string? text, out Int128 number) =>
        Int128.TryParse(text ?? "0", NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
}
