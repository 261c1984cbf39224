namespace Catena.Simulation.Checkers.Transactions;

/// <summary>What a history says of one key's register.</summary>
internal sealed class RegisterKey
{
    private readonly SortedDictionary<long, RegisterVersion> _versions = [];

    /// <summary>The absence at the beginning.</summary>
    public RegisterVersion Absence { get; } = new(null);

    /// <summary>Every value that the key had for others to see, in the order of the values, which means nothing but is always the same.</summary>
    public IReadOnlyCollection<RegisterVersion> Versions => _versions.Values;

    /// <summary>Who read a version before writing another: the version, the transaction, and what it wrote last.</summary>
    public List<(long? Read, int Transaction, long Written)> Updates { get; } = [];

    /// <summary>What is known of the order of two versions, without real time: the older one, and who wrote the newer one.</summary>
    public List<(RegisterVersion Older, int Transaction, Evidence Evidence)> Orders { get; } = [];

    /// <summary>The version with a value.</summary>
    public RegisterVersion Version(long? value)
    {
        if (value is not { } present)
        {
            return Absence;
        }

        if (!_versions.TryGetValue(present, out var version))
        {
            _versions.Add(present, version = new RegisterVersion(present));
        }

        return version;
    }
}
