using System.Security.Cryptography;
using System.Text;

namespace Catena.Server.Node;

/// <summary>The password of the Redis protocol; it is compared in a time that tells nothing of it, and prints as nothing.</summary>
public sealed class RedisPassword
{
    /// <summary>The longest password that a file or the environment may hold, in bytes.</summary>
    public const int MaxBytes = 4096;

    private readonly byte[] _bytes;
    private readonly byte[] _digest;

    /// <summary>A password.</summary>
    /// <param name="password">The password, in UTF-8.</param>
    /// <exception cref="ArgumentException">It is empty.</exception>
    public RedisPassword(string password)
        : this(Encoding.UTF8.GetBytes(password))
    {
    }

    /// <summary>A password of any bytes.</summary>
    /// <param name="password">The password.</param>
    /// <exception cref="ArgumentException">It is empty.</exception>
    public RedisPassword(ReadOnlySpan<byte> password)
    {
        if (password.IsEmpty)
        {
            throw new ArgumentException("A password has at least one byte.", nameof(password));
        }

        _bytes = password.ToArray();
        _digest = SHA256.HashData(password);
    }

    /// <summary>The password's SHA-256 in hexadecimal digits, as ACL LIST shows it.</summary>
    public string Digest => Convert.ToHexStringLower(_digest);

    /// <summary>The password itself, for those who have told it.</summary>
    public ReadOnlySpan<byte> Reveal() => _bytes;

    /// <summary>Whether a candidate is the password. Digests of equal length are compared, so the time depends on the candidate's length alone.</summary>
    /// <param name="candidate">What a client has sent.</param>
    public bool Matches(ReadOnlySpan<byte> candidate)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(candidate, digest);
        return CryptographicOperations.FixedTimeEquals(digest, _digest);
    }

    /// <summary>Prints that there is one, so that no log has it.</summary>
    public override string ToString() => "(hidden)";
}
