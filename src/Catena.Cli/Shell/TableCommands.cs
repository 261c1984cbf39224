using Catena.Protocols.Thrift;

namespace Catena.Cli.Shell;

/// <summary>The shell's commands on whole tables.</summary>
internal static class TableCommands
{
    private const string Default = "default";

    /// <summary><c>tables</c>.</summary>
    public static void List(ShellSession session, IReadOnlyList<ShellWord> arguments)
    {
        var names = Names(session);
        foreach (var name in names)
        {
            session.Output.Line(name);
        }

        session.Output.Json(json =>
        {
            json.WriteStartArray("tables");
            foreach (var name in names)
            {
                json.WriteStringValue(name);
            }

            json.WriteEndArray();
        });
    }

    /// <summary><c>use [TABLE]</c>. A table that is not there is used only once somebody has created it, so that is said at once.</summary>
    public static void Use(ShellSession session, IReadOnlyList<ShellWord> arguments)
    {
        var name = arguments.Count == 0 || arguments[0].Text == Default ? "" : arguments[0].Text;
        if (name.Length > 0 && !Names(session).Contains(name))
        {
            throw new ShellException($"there is no table '{ShellText.Harmless(name)}'; tables lists them");
        }

        session.Use(name);
        session.Output.Add("OK", json => json.WriteString("table", name.Length == 0 ? Default : name));
    }

    /// <summary><c>create TABLE</c>.</summary>
    public static void Create(ShellSession session, IReadOnlyList<ShellWord> arguments) => Change(session, CatenaMethod.TableCreate, arguments[0].Text);

    /// <summary><c>drop TABLE</c>. Who used it goes on with the default one.</summary>
    public static void Drop(ShellSession session, IReadOnlyList<ShellWord> arguments)
    {
        Change(session, CatenaMethod.TableDrop, arguments[0].Text);
        if (session.Table == arguments[0].Text)
        {
            session.Use("");
        }
    }

    /// <summary>The names of all tables.</summary>
    public static IReadOnlyList<string> Names(ShellSession session) => [Default, .. session.Call(new CatenaRequest(CatenaMethod.TableNames), Readings.Names, CallKind.Repeatable)];

    private static void Change(ShellSession session, CatenaMethod method, string name)
    {
        var request = new CatenaRequest(method);
        request.Text(1, name);
        session.Call(request, Readings.Nothing, CallKind.Write);
        session.Output.Add("OK", json => json.WriteString("table", name));
    }
}
