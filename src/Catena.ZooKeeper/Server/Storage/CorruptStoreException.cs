namespace Catena.ZooKeeper.Server.Storage;

/// <summary>
/// What the embedded server finds on disk is damaged, beyond the torn end that a crash may leave; it does not start on it.
/// </summary>
/// <param name="path">The file or directory.</param>
/// <param name="fault">What is wrong with it.</param>
public sealed class CorruptStoreException(string path, string fault) : IOException($"{path}: {fault}")
{
    /// <summary>The file or directory that is damaged.</summary>
    public string DamagedPath { get; } = path;
}
