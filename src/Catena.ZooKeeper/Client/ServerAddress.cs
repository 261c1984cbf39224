namespace Catena.ZooKeeper.Client;

/// <summary>Where a ZooKeeper server listens.</summary>
/// <param name="Host">A name or an address.</param>
/// <param name="Port">A TCP port.</param>
public readonly record struct ServerAddress(string Host, int Port)
{
    /// <summary>Prints it as it stands in a connect string.</summary>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
