using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Catena.Cli.CommandLine;

/// <summary>Where a server listens.</summary>
/// <param name="Host">A name or an address, without the brackets of IPv6.</param>
/// <param name="Port">The port.</param>
internal readonly record struct HostPort(string Host, int Port)
{
    /// <summary>Reads <c>host:port</c>, <c>[::1]:port</c> or a bare port of this machine.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="address">The address.</param>
    public static bool TryParse(string text, out HostPort address)
    {
        address = default;
        var colon = text.LastIndexOf(':');
        var host = colon < 0 ? "127.0.0.1" : text[..colon];
        if (host.StartsWith('[') && host.EndsWith(']'))
        {
            host = host[1..^1];
        }
        else if (host.Contains(':'))
        {
            return false;
        }

        if (host.Length == 0
            || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port is < 1 or > ushort.MaxValue)
        {
            return false;
        }

        address = new HostPort(host, port);
        return true;
    }

    /// <summary>The option <c>--node</c>, which may be given several times.</summary>
    /// <param name="description">What is asked there.</param>
    public static Option<HostPort[]> Option(string description) => new("--node", "-n")
    {
        Description = description,
        HelpName = "host:port",
        Arity = ArgumentArity.OneOrMore,
        DefaultValueFactory = _ => [],
        CustomParser = Read,
    };

    /// <inheritdoc />
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(Host.Contains(':') ? $"[{Host}]" : Host)}:{Port}");

    private static HostPort[] Read(ArgumentResult result)
    {
        var addresses = new List<HostPort>();
        foreach (var text in result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries)))
        {
            if (!TryParse(text, out var address))
            {
                result.AddError($"'{text}' is no address; write host:port.");
                return [];
            }

            addresses.Add(address);
        }

        return [.. addresses];
    }
}
