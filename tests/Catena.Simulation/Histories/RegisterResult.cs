using Catena.Core.Primitives;

namespace Catena.Simulation.Histories;

/// <summary>What a client was told; what is null it was not told, and is not checked.</summary>
public sealed record RegisterResult
{
    /// <summary>A result that says no more than "done".</summary>
    public static RegisterResult Done { get; } = new();

    /// <summary>For compare-and-set, and for increments of what is no integer: whether the operation changed anything. Null counts as true.</summary>
    public bool? Applied { get; init; }

    /// <summary>For get, delete and put: whether the key was there.</summary>
    public bool? Found { get; init; }

    /// <summary>The value: what get found, or what the key has after the operation.</summary>
    public string? Value { get; init; }

    /// <summary>The length of the value that the key has after the operation, in characters; for appends.</summary>
    public int? Length { get; init; }

    /// <summary>The version: of what get found, or of what the operation wrote.</summary>
    public Lsn? Version { get; init; }

    /// <inheritdoc />
    public override string ToString()
    {
        var text = Applied == false ? "refused" : Found == false ? "absent" : Value ?? "done";
        return Version is { } version ? $"{text} @{version}" : text;
    }
}
