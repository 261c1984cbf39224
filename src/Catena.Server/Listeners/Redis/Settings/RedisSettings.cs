using System.Text;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;

namespace Catena.Server.Listeners.Redis.Settings;

/// <summary>What CONFIG GET tells and CONFIG SET changes: the node's settings under the names by which Redis knows the like.</summary>
/// <param name="settings">The settings, by name.</param>
internal sealed class RedisSettings(IReadOnlyList<RedisSetting> settings)
{
    private readonly Lock _sync = new();

    /// <summary>The settings whose names match any of the patterns of a request.</summary>
    /// <param name="request">The request; the patterns begin with its third argument.</param>
    public List<(string Name, byte[] Value)> Find(RespRequest request)
    {
        var found = new List<(string, byte[])>();
        Span<byte> name = stackalloc byte[64];
        foreach (var setting in settings)
        {
            var length = Encoding.ASCII.GetBytes(setting.Name, name);
            for (var i = 2; i < request.Count; i++)
            {
                var pattern = new GlobPattern(ToLower(request[i]));
                if (pattern.IsMatch(name[..length]))
                {
                    // As Redis does: a name comes back as it was written.
                    found.Add((pattern.IsLiteral ? Encoding.Latin1.GetString(request[i]) : setting.Name, setting.Read()));
                    break;
                }
            }
        }

        return found;
    }

    /// <summary>Changes settings: all that a request names, or none.</summary>
    /// <param name="request">The request; pairs of name and value begin with its third argument.</param>
    /// <param name="changed">The names that were changed.</param>
    /// <returns>The error to answer; null where there is none.</returns>
    public byte[]? Change(RespRequest request, out IReadOnlyList<string> changed)
    {
        var chosen = new List<RedisSetting>();
        changed = [];
        for (var i = 2; i < request.Count; i += 2)
        {
            var name = Encoding.Latin1.GetString(ToLower(request[i]));
            if (settings.FirstOrDefault(setting => setting.Name == name) is not { } setting)
            {
                return RespErrors.ConfigUnknown(request[i]);
            }

            if (chosen.Contains(setting))
            {
                return RespErrors.ConfigSetFailed(request[i], "duplicate parameter");
            }

            chosen.Add(setting);
        }

        lock (_sync)
        {
            var changes = new List<Action>();
            for (var i = 0; i < chosen.Count; i++)
            {
                if (chosen[i].Prepare(request[3 + (2 * i)], out var apply) is { } reason)
                {
                    return RespErrors.ConfigSetFailed(request[2 + (2 * i)], reason);
                }

                changes.Add(apply);
            }

            changes.ForEach(apply => apply());
        }

        changed = [.. chosen.Select(setting => setting.Name)];
        return null;
    }

    private static byte[] ToLower(ReadOnlySpan<byte> pattern)
    {
        var lower = pattern.ToArray();
        foreach (ref var letter in lower.AsSpan())
        {
            letter = letter is >= (byte)'A' and <= (byte)'Z' ? (byte)(letter | 0x20) : letter;
        }

        return lower;
    }
}
