using Catena.Server.Backups;

namespace Catena.Cli.Backups;

/// <summary>What came of verifying one backup.</summary>
/// <param name="Name">The backup's name.</param>
/// <param name="Digest">What its content sums up to, as far as it could be read.</param>
/// <param name="Problems">What is wrong.</param>
internal sealed record VerifyReport(string Name, ContentDigest Digest, IReadOnlyList<string> Problems)
{
    /// <summary>Whether nothing is wrong.</summary>
    public bool IsGood => Problems.Count == 0;
}
