namespace Catena.ZooKeeper.Protocol;

/// <summary>What a <see cref="CreateMode" /> implies.</summary>
internal static class CreateModes
{
    /// <summary>Whether the server puts a number behind the name.</summary>
    /// <param name="mode">Any mode.</param>
    public static bool IsSequential(this CreateMode mode) =>
        mode is CreateMode.PersistentSequential or CreateMode.EphemeralSequential or CreateMode.PersistentSequentialWithTtl;

    /// <summary>Whether the znode goes with its session.</summary>
    /// <param name="mode">Any mode.</param>
    public static bool IsEphemeral(this CreateMode mode) => mode is CreateMode.Ephemeral or CreateMode.EphemeralSequential;

    /// <summary>Whether the znode has a time to live.</summary>
    /// <param name="mode">Any mode.</param>
    public static bool HasTtl(this CreateMode mode) =>
        mode is CreateMode.PersistentWithTtl or CreateMode.PersistentSequentialWithTtl;
}
