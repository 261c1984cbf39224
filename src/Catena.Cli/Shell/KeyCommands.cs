using System.Globalization;
using Catena.Cli.Data;
using Catena.Protocols.Thrift;

namespace Catena.Cli.Shell;

/// <summary>The shell's commands on single keys.</summary>
internal static class KeyCommands
{
    private const short PutOptions = 4;
    private const short TableOfStep = 4;

    /// <summary><c>get KEY</c>.</summary>
    public static void Get(ShellSession session, IReadOnlyList<ShellWord> arguments)
    {
        var key = arguments[0].Bytes;
        session.Known.Add(key);
        var request = OfKey(session, CatenaMethod.TransactionGet, CatenaMethod.TableGet, key);
        if (session.IsInTransaction)
        {
            request.Text(TableOfStep, session.Table);
        }

        var value = session.Call(request, Readings.Value, CallKind.Repeatable);
        session.Output.Add(value is null ? ShellText.Absent : ShellText.Word(value.Value.Span), json =>
        {
            json.WriteBytes("key", key);
            json.WriteBoolean("found", value is not null);
            if (value is not null)
            {
                json.WriteBytes("value", value.Value.Span);
            }
        });
    }

    /// <summary><c>put KEY VALUE [DURATION]</c>.</summary>
    public static void Put(ShellSession session, IReadOnlyList<ShellWord> arguments)
    {
        var key = arguments[0].Bytes;
        session.Known.Add(key);
        var request = OfKey(session, CatenaMethod.TransactionPut, CatenaMethod.TablePut, key);
        request.Bytes(3, arguments[1].Bytes);
        if (session.IsInTransaction)
        {
            request.Text(TableOfStep, session.Table);
            if (arguments.Count > 2)
            {
                throw new ShellException("a put inside a transaction has no duration");
            }

            session.Call(request, Readings.Nothing, CallKind.Write);
        }
        else
        {
            request.Struct(PutOptions);
            if (arguments.Count > 2)
            {
                request.Int64(5, ExpiryCommands.Milliseconds(arguments[2]));
            }

            request.Stop();
            session.Call(request, Readings.Written, CallKind.Write);
        }

        session.Output.Add("OK", json => json.WriteBytes("key", key));
    }

    /// <summary><c>del KEY...</c>.</summary>
    public static void Delete(ShellSession session, IReadOnlyList<ShellWord> arguments)
    {
        var deleted = 0;
        foreach (var argument in arguments)
        {
            var request = OfKey(session, CatenaMethod.TransactionDelete, CatenaMethod.TableDelete, argument.Bytes);
            var isInTransaction = session.IsInTransaction;
            if (isInTransaction)
            {
                request.Text(TableOfStep, session.Table);
            }
            else
            {
                request.Struct(3);
                request.Stop();
            }

            deleted += session.Call(request, isInTransaction ? Readings.Bool : Readings.Written, CallKind.Write) ? 1 : 0;
        }

        session.Output.Add(deleted.ToString(CultureInfo.InvariantCulture), json => json.WriteNumber("deleted", deleted));
    }

    /// <summary><c>cas KEY EXPECTED NEW</c>: reads the value with its version, and writes on condition of that.</summary>
    public static void CompareAndSet(ShellSession session, IReadOnlyList<ShellWord> arguments)
    {
        var key = arguments[0].Bytes;
        session.Known.Add(key);
        var expectsAbsent = arguments[1] is { IsPlain: true, Text: "-" };
        var isWritten = false;
        var found = expectsAbsent ? null : session.Call(CatenaRequest.OfTable(CatenaMethod.TableGet, session.Table, key), Readings.Value, CallKind.Repeatable);
        if (expectsAbsent || (found is not null && found.Value.Span.SequenceEqual(arguments[1].Bytes)))
        {
            var request = CatenaRequest.OfTable(CatenaMethod.TablePut, session.Table, key);
            request.Bytes(3, arguments[2].Bytes);
            request.Struct(PutOptions);
            if (found is null)
            {
                request.Bool(1, true);
            }
            else
            {
                request.Bytes(3, found.Version.Span);
                request.Bool(6, true);
            }

            request.Stop();
            isWritten = session.Call(request, Readings.Written, CallKind.Write);
        }

        session.Output.Add(isWritten ? "true" : "false", json =>
        {
            json.WriteBytes("key", key);
            json.WriteBoolean("applied", isWritten);
        });
    }

    /// <summary><c>incr KEY [BY]</c>.</summary>
    public static void Increment(ShellSession session, IReadOnlyList<ShellWord> arguments)
    {
        var by = 1L;
        if (arguments.Count > 1 && !long.TryParse(arguments[1].Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out by))
        {
            throw new ShellException($"'{ShellText.Harmless(arguments[1].Text)}' is no 64-bit integer");
        }

        var request = CatenaRequest.OfTable(CatenaMethod.TableIncrement, session.Table, arguments[0].Bytes);
        request.Int64(3, by);
        Number(session, arguments[0].Bytes, request, "value");
    }

    /// <summary><c>append KEY VALUE</c>.</summary>
    public static void Append(ShellSession session, IReadOnlyList<ShellWord> arguments)
    {
        var request = CatenaRequest.OfTable(CatenaMethod.TableAppend, session.Table, arguments[0].Bytes);
        request.Bytes(3, arguments[1].Bytes);
        Number(session, arguments[0].Bytes, request, "length");
    }

    private static void Number(ShellSession session, byte[] key, CatenaRequest request, string name)
    {
        session.Known.Add(key);
        var number = session.Call(request, Readings.Number, CallKind.Write);
        session.Output.Add(number.ToString(CultureInfo.InvariantCulture), json =>
        {
            json.WriteBytes("key", key);
            json.WriteNumber(name, number);
        });
    }

    private static CatenaRequest OfKey(ShellSession session, CatenaMethod inside, CatenaMethod outside, byte[] key)
    {
        if (!session.IsInTransaction)
        {
            return CatenaRequest.OfTable(outside, session.Table, key);
        }

        var request = CatenaRequest.OfTransaction(inside, session.Transaction);
        request.Bytes(2, key);
        return request;
    }
}
