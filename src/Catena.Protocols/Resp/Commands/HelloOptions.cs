using System.Text;

namespace Catena.Protocols.Resp.Commands;

/// <summary>The arguments of HELLO: perhaps a version, and after it AUTH with user and password, and SETNAME.</summary>
public readonly ref struct HelloOptions
{
    private HelloOptions(
        RespVersion? version,
        bool authenticates,
        ReadOnlySpan<byte> user,
        ReadOnlySpan<byte> password,
        bool setsName,
        ReadOnlySpan<byte> name)
    {
        Version = version;
        Authenticates = authenticates;
        User = user;
        Password = password;
        SetsName = setsName;
        Name = name;
    }

    /// <summary>The version asked for; null leaves it as it is.</summary>
    public RespVersion? Version { get; }

    /// <summary>Whether user and password were given.</summary>
    public bool Authenticates { get; }

    /// <summary>The user, if <see cref="Authenticates" />.</summary>
    public ReadOnlySpan<byte> User { get; }

    /// <summary>The password, if <see cref="Authenticates" />.</summary>
    public ReadOnlySpan<byte> Password { get; }

    /// <summary>Whether a name for the connection was given.</summary>
    public bool SetsName { get; }

    /// <summary>The connection's name, printable and without blanks, if <see cref="SetsName" />; an empty one removes it.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>Reads the arguments of a request.</summary>
    /// <param name="request">The request; the options view its bytes.</param>
    /// <param name="options">The options.</param>
    /// <param name="error">The error to answer, if the result is false.</param>
    public static bool TryParse(RespRequest request, out HelloOptions options, out ReadOnlySpan<byte> error)
    {
        options = default;
        error = default;
        if (request.Count == 1)
        {
            return true;
        }

        if (!TryParseVersion(request[1], out var version, out error))
        {
            return false;
        }

        var (userIndex, nameIndex) = (0, 0);
        for (var i = 2; i < request.Count; i++)
        {
            if (Ascii.EqualsIgnoreCase(request[i], "AUTH"u8) && i + 2 < request.Count)
            {
                userIndex = i + 1;
                i += 2;
            }
            else if (Ascii.EqualsIgnoreCase(request[i], "SETNAME"u8) && i + 1 < request.Count)
            {
                nameIndex = ++i;
                if (request[i].ContainsAnyExceptInRange((byte)'!', (byte)'~'))
                {
                    error = RespErrors.InvalidClientName;
                    return false;
                }
            }
            else
            {
                error = RespErrors.HelloOption(request[i]);
                return false;
            }
        }

        options = new HelloOptions(
            version,
            userIndex > 0,
            userIndex > 0 ? request[userIndex] : default,
            userIndex > 0 ? request[userIndex + 1] : default,
            nameIndex > 0,
            nameIndex > 0 ? request[nameIndex] : default);
        return true;
    }

    private static bool TryParseVersion(ReadOnlySpan<byte> text, out RespVersion version, out ReadOnlySpan<byte> error)
    {
        version = RespVersion.Resp2;
        if (!RedisInteger.TryParse(text, out var number))
        {
            error = RespErrors.HelloVersionNotAnInteger;
            return false;
        }

        if (number is not (2 or 3))
        {
            error = RespErrors.UnsupportedVersion;
            return false;
        }

        version = (RespVersion)number;
        error = default;
        return true;
    }
}
