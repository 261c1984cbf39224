using Catena.Cli.CommandLine;
using Catena.Cli.Data;
using Catena.Protocols.Thrift;

namespace Catena.Cli.Shell;

/// <summary>The shell's commands on expiry times.</summary>
internal static class ExpiryCommands
{
    private const long Never = -1;

    /// <summary><c>expire KEY DURATION|never</c>.</summary>
    public static void Expire(ShellSession session, IReadOnlyList<ShellWord> arguments)
    {
        var key = arguments[0].Bytes;
        session.Known.Add(key);
        var at = arguments[1].Text == "never" ? 0 : DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() + Milliseconds(arguments[1]);
        var request = CatenaRequest.OfTable(CatenaMethod.TableExpire, session.Table, key);
        request.Int64(3, at);
        var isThere = session.Call(request, Readings.Bool, CallKind.Write);
        session.Output.Add(isThere ? "true" : "false", json =>
        {
            json.WriteBytes("key", key);
            json.WriteBoolean("found", isThere);
        });
    }

    /// <summary><c>ttl KEY</c>.</summary>
    public static void TimeToLive(ShellSession session, IReadOnlyList<ShellWord> arguments)
    {
        var key = arguments[0].Bytes;
        session.Known.Add(key);
        var at = session.Call(CatenaRequest.OfTable(CatenaMethod.TableExpiresAt, session.Table, key), Readings.Number, CallKind.Repeatable);
        var left = Math.Max(0, at - DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        var text = at == Never ? "never" : at < 0 ? ShellText.Absent : Durations.Format(TimeSpan.FromMilliseconds(left));
        session.Output.Add(text, json =>
        {
            json.WriteBytes("key", key);
            json.WriteBoolean("found", at >= Never);
            if (at >= 0)
            {
                json.WriteNumber("expiresAt", at);
                json.WriteNumber("milliseconds", left);
            }
        });
    }

    /// <summary>A duration as a command has it.</summary>
    public static long Milliseconds(ShellWord word) => Durations.TryParse(word.Text, out var duration)
        ? Math.Max(1, (long)duration.TotalMilliseconds)
        : throw new ShellException($"'{ShellText.Harmless(word.Text)}' is no duration; write 500ms, 30s, 5m or 1h");
}
