using System.Globalization;
using Catena.Cli.Data;
using Catena.Protocols.Thrift;

namespace Catena.Cli.Shell;

/// <summary>The shell's commands on many keys.</summary>
internal static class ScanCommands
{
    private const int PageSize = 1_000;

    /// <summary><c>size</c>.</summary>
    public static void Size(ShellSession session, IReadOnlyList<ShellWord> arguments)
    {
        var size = Count(session);
        session.Output.Add(size.ToString(CultureInfo.InvariantCulture), json => json.WriteNumber("size", size));
    }

    /// <summary><c>getkeys [LIMIT|all]</c>.</summary>
    public static void Keys(ShellSession session, IReadOnlyList<ShellWord> arguments) => ShowTable(session, LimitOf(session, arguments, 0), showsValues: false);

    /// <summary><c>gettable [LIMIT|all]</c>.</summary>
    public static void Table(ShellSession session, IReadOnlyList<ShellWord> arguments) => ShowTable(session, LimitOf(session, arguments, 0), showsValues: true);

    /// <summary><c>scan [START [END]] [limit LIMIT|all]</c>.</summary>
    public static void Scan(ShellSession session, IReadOnlyList<ShellWord> arguments)
    {
        var ends = arguments.Count;
        var limit = session.Limit;
        if (ends >= 2 && arguments[ends - 2] is { IsPlain: true, Text: "limit" })
        {
            limit = LimitOf(session, arguments, ends - 1);
            ends -= 2;
        }

        if (ends > 2)
        {
            throw new ShellException($"usage: scan {ShellVerbs.Find("scan")!.Usage}");
        }

        if (ends == 0)
        {
            if (session.IsInTransaction)
            {
                throw new ShellException("inside a transaction, scan needs a START with a hash tag");
            }

            ShowTable(session, limit, showsValues: true);
            return;
        }

        var end = ends == 2 ? arguments[1].Bytes : [];
        Show(session, limit, showsValues: true, arguments[0].Bytes, (from, wanted) => Range(session, from, end, wanted));
    }

    /// <summary>Some keys that begin in a way, for completion: all of a hash tag, or those of a small table.</summary>
    /// <param name="session">The session, in no transaction.</param>
    /// <param name="prefix">How they begin.</param>
    public static void Look(ShellSession session, byte[] prefix)
    {
        const int MostPages = 128;
        var open = prefix.AsSpan().IndexOf((byte)'{');
        var isTagged = open >= 0 && prefix.AsSpan(open + 1).IndexOf((byte)'}') > 0;
        var cursor = isTagged ? prefix : [];
        var seen = 0;
        for (var pages = 0; pages < MostPages && seen < KnownKeys.Most; pages++)
        {
            var page = isTagged ? Range(session, cursor, [], 100) : Page(session, cursor, 100);
            foreach (var entry in page.Entries)
            {
                session.Known.Add(entry.Key.Span);
                seen++;
            }

            cursor = page.NextKey.ToArray();
            if (cursor.Length == 0 || isTagged)
            {
                return;
            }
        }
    }

    /// <summary>How many keys the table has.</summary>
    public static long Count(ShellSession session)
    {
        var request = new CatenaRequest(CatenaMethod.TableSize);
        request.Text(1, session.Table);
        return session.Call(request, Readings.Number, CallKind.Repeatable);
    }

    private static int LimitOf(ShellSession session, IReadOnlyList<ShellWord> arguments, int index)
    {
        if (arguments.Count <= index)
        {
            return session.Limit;
        }

        var text = arguments[index].Text;
        return text == "all" ? int.MaxValue
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit > 0 ? limit
            : throw new ShellException($"'{ShellText.Harmless(text)}' is no limit; write a number over 0, or all");
    }

    private static void ShowTable(ShellSession session, int limit, bool showsValues) =>
        Show(session, limit, showsValues, [], (from, wanted) => Page(session, from, wanted));

    private static ScannedPage Page(ShellSession session, byte[] cursor, int wanted)
    {
        var request = CatenaRequest.OfTable(CatenaMethod.TableScan, session.Table, cursor);
        request.Int32(3, wanted);
        return session.Call(request, Readings.Page, CallKind.Repeatable);
    }

    private static ScannedPage Range(ShellSession session, byte[] from, byte[] end, int wanted)
    {
        CatenaRequest request;
        if (session.IsInTransaction)
        {
            request = CatenaRequest.OfTransaction(CatenaMethod.TransactionScan, session.Transaction);
        }
        else
        {
            request = new CatenaRequest(CatenaMethod.TableScanRange);
            request.Text(1, session.Table);
        }

        request.AddRange(from, end, wanted, session.IsInTransaction ? session.Table : "");
        return session.Call(request, Readings.Page, CallKind.Repeatable);
    }

    /// <summary>Shows entries page by page, up to the limit; one more is asked for, to know whether there are more.</summary>
    private static void Show(ShellSession session, int limit, bool showsValues, byte[] from, Func<byte[], int, ScannedPage> next)
    {
        session.Output.Json(json => json.WriteStartArray(showsValues ? "entries" : "keys"));
        var shown = 0;
        var isMore = false;
        do
        {
            var page = next(from, (int)Math.Min(PageSize, (long)limit - shown + 1));
            foreach (var entry in page.Entries)
            {
                isMore = shown == limit;
                if (isMore)
                {
                    break;
                }

                session.Known.Add(entry.Key.Span);
                Show(session.Output, entry, showsValues);
                shown++;
            }

            from = page.NextKey.ToArray();
        }
        while (from.Length > 0 && !isMore);
        session.Output.Json(json =>
        {
            json.WriteEndArray();
            json.WriteBoolean("more", isMore);
        });
        if (isMore)
        {
            session.Output.Line($"# there are more than these {shown.ToString(CultureInfo.InvariantCulture)}: give a limit, or all");
        }
    }

    private static void Show(ShellOutput output, ScannedEntry entry, bool showsValue)
    {
        if (!output.IsJson)
        {
            var key = ShellText.Word(entry.Key.Span);
            output.Line(showsValue ? $"{key} {ShellText.Word(entry.Value.Span)}" : key);
        }
        else if (!showsValue)
        {
            output.Json(json => json.WriteBytes(entry.Key.Span));
        }
        else
        {
            output.Json(json =>
            {
                json.WriteStartObject();
                json.WriteBytes("key", entry.Key.Span);
                json.WriteBytes("value", entry.Value.Span);
                if (entry.ExpiresAt != 0)
                {
                    json.WriteNumber("expiresAt", entry.ExpiresAt);
                }

                json.WriteEndObject();
            });
        }
    }
}
