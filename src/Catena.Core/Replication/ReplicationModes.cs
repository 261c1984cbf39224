namespace Catena.Core.Replication;

/// <summary>The names of the modes of replication, as settings, documents and status output have them.</summary>
public static class ReplicationModes
{
    private const string PrimaryBackup = "primary-backup";
    private const string Chain = "chain";
    private const string ApportionedChain = "apportioned-chain";

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = [PrimaryBackup, Chain, ApportionedChain];

    /// <summary>The name of a mode.</summary>
    public static string NameOf(ReplicationMode mode) => mode switch
    {
        ReplicationMode.PrimaryBackup => PrimaryBackup,
        ReplicationMode.Chain => Chain,
        ReplicationMode.ApportionedChain => ApportionedChain,
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, null),
    };

    /// <summary>The mode of a name.</summary>
    /// <returns>False where there is none.</returns>
    public static bool TryParse(string name, out ReplicationMode mode)
    {
        mode = name switch
        {
            PrimaryBackup => ReplicationMode.PrimaryBackup,
            Chain => ReplicationMode.Chain,
            ApportionedChain => ReplicationMode.ApportionedChain,
            _ => default,
        };
        return mode != default;
    }
}
