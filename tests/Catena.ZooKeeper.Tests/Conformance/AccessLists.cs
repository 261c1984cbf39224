namespace Catena.ZooKeeper.Tests.Conformance;

/// <summary>Access control lists of one entry each, and whether a server takes them.</summary>
public static class AccessLists
{
    public static TheoryData<string, int, string, string, bool> All => new()
    {
        { "world", 31, "world", "anyone", true },
        { "world, but somebody", 31, "world", "nobody", false },
        { "no permission at all", 0, "world", "anyone", true },
        { "bits that nobody knows", 99, "world", "anyone", true },
        { "auth of a nobody", 31, "auth", "", false },
        { "digest without hash", 31, "digest", "a", false },
        { "digest", 31, "digest", "a:b", true },
        { "digest with too much", 31, "digest", "a:b:c", false },
        { "digest of nothing", 31, "digest", ":", false },
        { "address", 31, "ip", "127.0.0.1", true },
        { "network", 31, "ip", "127.0.0.0/8", true },
        { "network of too many bits", 31, "ip", "127.0.0.1/33", false },
        { "network of negative bits", 31, "ip", "127.0.0.1/-1", false },
        { "network of no number", 31, "ip", "127.0.0.1/", false },
        { "short address", 31, "ip", "127.0.0", false },
        { "address over the range", 31, "ip", "256.0.0.1", false },
        { "address of six", 31, "ip", "::1", false },
        { "unknown scheme", 31, "nope", "x", false },
        { "superuser", 31, "super", "x", false },
        { "certificate", 31, "x509", "x", false },
        { "no scheme", 31, "", "", false },
    };
}
