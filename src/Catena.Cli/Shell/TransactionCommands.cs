using Catena.Protocols.Thrift;

namespace Catena.Cli.Shell;

/// <summary>The shell's commands on transactions.</summary>
internal static class TransactionCommands
{
    /// <summary><c>begin [locking]</c>.</summary>
    public static void Begin(ShellSession session, IReadOnlyList<ShellWord> arguments)
    {
        if (arguments.Count > 0 && arguments[0].Text != "locking")
        {
            throw new ShellException("usage: begin [locking]");
        }

        session.BeginTransaction(arguments.Count > 0);
        session.Output.Add("OK", json => json.WriteBoolean("locking", arguments.Count > 0));
    }

    /// <summary><c>prepare</c>.</summary>
    public static void Prepare(ShellSession session, IReadOnlyList<ShellWord> arguments)
    {
        var prepared = session.Call(CatenaRequest.OfTransaction(CatenaMethod.TransactionPrepare, Open(session)), Readings.Bytes, CallKind.Write);
        session.LeaveTransaction();
        var handle = Convert.ToHexStringLower(prepared);
        session.Output.Add(handle, json => json.WriteString("handle", handle));
    }

    /// <summary><c>commit [HANDLE]</c>.</summary>
    public static void Commit(ShellSession session, IReadOnlyList<ShellWord> arguments) => Decide(session, CatenaMethod.TransactionCommit, arguments);

    /// <summary><c>rollback [HANDLE]</c>.</summary>
    public static void Rollback(ShellSession session, IReadOnlyList<ShellWord> arguments) => Decide(session, CatenaMethod.TransactionRollback, arguments);

    private static byte[] Open(ShellSession session) => session.IsInTransaction ? session.Transaction : throw new ShellException("no transaction is open; begin one");

    private static void Decide(ShellSession session, CatenaMethod method, IReadOnlyList<ShellWord> arguments)
    {
        if (arguments.Count == 0)
        {
            session.Call(CatenaRequest.OfTransaction(method, Open(session)), Readings.Nothing, CallKind.Write);
            session.LeaveTransaction();
        }
        else if (session.IsInTransaction)
        {
            throw new ShellException("a transaction is open; commit it or roll it back before you decide on another");
        }
        else
        {
            DecidePrepared(session, CatenaRequest.OfTransaction(method, Handle(arguments[0])));
        }

        session.Output.Add("OK", _ => { });
    }

    /// <summary>It may be repeated; an earlier try whose answer was lost may have taken effect all the same.</summary>
    private static void DecidePrepared(ShellSession session, CatenaRequest request)
    {
        try
        {
            session.Call(request, Readings.Nothing, CallKind.Repeatable);
        }
        catch (ShellException failure) when (failure.IsLost || failure.Raised == CatenaException.Unavailable)
        {
            throw new ShellException($"{failure.Message}; repeat it") { Raised = failure.Raised, IsLost = failure.IsLost, IsOpen = true };
        }
    }

    private static byte[] Handle(ShellWord word)
    {
        try
        {
            return Convert.FromHexString(word.Text);
        }
        catch (FormatException)
        {
            throw new ShellException("the handle is none that prepare has printed");
        }
    }
}
