using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Catena.ZooKeeper.Protocol;

namespace Catena.ZooKeeper.Tree;

/// <summary>The rules of access control lists with Apache's built-in schemes: <c>world</c>, <c>auth</c>, <c>digest</c> and <c>ip</c>.</summary>
/// <remarks>
/// As in Apache ZooKeeper 3.8: a list is checked and <c>auth</c> replaced by the identities of whoever gives it before it is stored;
/// an entry counts where its identity is one that the connection acts under; a connection acts under its address from the start and
/// under every digest that it presents.
/// </remarks>
internal static class AccessControl
{
    private const string World = "world";
    private const string Auth = "auth";
    private const string Digest = "digest";
    private const string Address = "ip";
    private const string Anyone = "anyone";
    private const int AddressBytes = 4;

    /// <summary>A list as it is stored: without repetitions, <c>auth</c> replaced; empty where something in it is not valid.</summary>
    /// <param name="acl">The list as it was given.</param>
    /// <param name="identities">Under which names its giver acts.</param>
    public static IReadOnlyList<Acl> Resolve(IReadOnlyList<Acl> acl, IReadOnlyCollection<Identity> identities)
    {
        if (acl.SequenceEqual(Acl.Open))
        {
            return Acl.Open;
        }

        var resolved = new List<Acl>();
        foreach (var entry in acl.Distinct())
        {
            if (entry.Scheme == Auth)
            {
                // Apache's scheme ip vouches for nobody: only digests count.
                var own = identities.Where(identity => identity.Scheme == Digest).ToList();
                if (own.Count == 0)
                {
                    return [];
                }

                resolved.AddRange(own.Select(identity => new Acl(entry.Permissions, identity.Scheme, identity.Id)));
            }
            else if (IsValid(entry))
            {
                resolved.Add(entry);
            }
            else
            {
                return [];
            }
        }

        return resolved;
    }

    /// <summary>Whether a list allows something.</summary>
    /// <param name="acl">The list.</param>
    /// <param name="wanted">What is wanted; one of several is enough.</param>
    /// <param name="identities">Under which names whoever wants it acts; null for the server itself, which may do everything.</param>
    public static bool Allows(IReadOnlyList<Acl> acl, Permissions wanted, IReadOnlyCollection<Identity>? identities) =>
        identities is null || acl.Any(entry => ((Permissions)entry.Permissions & wanted) != 0
            && ((entry.Scheme == World && entry.Id == Anyone) || identities.Any(identity => Matches(entry, identity))));

    /// <summary>A list as it is shown to someone who may read but not administer: the hashes of digests are left out.</summary>
    /// <param name="acl">The list.</param>
    public static IReadOnlyList<Acl> Masked(IReadOnlyList<Acl> acl) =>
        [.. acl.Select(entry => entry.Scheme == Digest ? entry with { Id = UserOf(entry.Id) + ":x" } : entry)];

    /// <summary>The name that whoAmI answers with.</summary>
    /// <param name="identity">An identity that a connection acts under.</param>
    public static string UserOf(Identity identity) => identity.Scheme == Digest ? UserOf(identity.Id) : identity.Id;

    /// <summary>The identity that a connection from an address acts under.</summary>
    /// <param name="address">The address.</param>
    public static Identity Of(IPAddress address) => new(Address, (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString());

    /// <summary>The identity that credentials give; null where the scheme is unknown.</summary>
    /// <param name="scheme">The scheme.</param>
    /// <param name="credentials">For <c>digest</c>, <c>user:password</c>.</param>
    /// <param name="address">Where the connection comes from.</param>
    public static Identity? Authenticate(string scheme, ReadOnlySpan<byte> credentials, IPAddress address) => scheme switch
    {
        Digest => DigestOf(credentials),
        Address => Of(address),
        _ => null,
    };

    private static Identity DigestOf(ReadOnlySpan<byte> credentials)
    {
#pragma warning disable CA5350 // The protocol names SHA-1, and clients compute the same digest to put it into lists.
        var hash = SHA1.HashData(credentials);
#pragma warning restore CA5350
        return new Identity(Digest, $"{UserOf(Encoding.UTF8.GetString(credentials))}:{Convert.ToBase64String(hash)}");
    }

    private static string UserOf(string id)
    {
        var colon = id.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? id : id[..colon];
    }

    private static bool IsValid(Acl entry) => entry.Scheme switch
    {
        World => entry.Id == Anyone,
        Digest => entry.Id.TrimEnd(':').Count(letter => letter == ':') == 1,
        Address => TryNetwork(entry.Id, out _, out _),
        _ => false,
    };

    private static bool Matches(Acl entry, Identity identity)
    {
        if (entry.Scheme != identity.Scheme || entry.Scheme != Address)
        {
            return entry.Scheme == identity.Scheme && entry.Id == identity.Id;
        }

        return TryNetwork(entry.Id, out var network, out var bits) && TryAddress(identity.Id, out var address)
            && (bits == 0 || (network ^ address) >> ((8 * AddressBytes) - bits) == 0);
    }

    private static bool TryNetwork(string text, out uint network, out int bits)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        bits = 8 * AddressBytes;
        return TryAddress(slash < 0 ? text : text[..slash], out network)
            && (slash < 0 || (int.TryParse(text.AsSpan(slash + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out bits)
                && bits is >= 0 and <= 8 * AddressBytes));
    }

    private static bool TryAddress(string text, out uint address)
    {
        address = 0;
        var parts = text.Split('.');
        Span<byte> bytes = stackalloc byte[AddressBytes];
        if (parts.Length != AddressBytes)
        {
            return false;
        }

        for (var i = 0; i < AddressBytes; i++)
        {
            if (!byte.TryParse(parts[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out bytes[i]))
            {
                return false;
            }
        }

        address = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        return true;
    }
}
