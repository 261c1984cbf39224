using System.Globalization;
using System.Text;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Server.Routing;
using Catena.Server.Tests.Backups;

namespace Catena.Server.Tests.Partitions;

public sealed class PendingWritesTests : ICommandSink
{
    private const int Keys = 12;

    private readonly List<(string Expected, string Found)> _results = [];
    private readonly List<string> _expected = [];

    /// <summary>What a decision sees of writes that wait is what was decided, however often a key was written and whatever memory it is kept in.</summary>
    [Fact]
    public void What_is_decided_on_is_what_was_decided_before_applied_or_not()
    {
        using var node = new LoneNode();
        var prng = new Prng(20_260_611);
        var model = new Dictionary<string, string>();
        for (var step = 0; step < 4000; step++)
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"k{prng.Next(Keys)}");
            var text = new string((char)('a' + prng.Next(26)), prng.Next(90));
            switch (prng.Next(1000))
            {
                case < 300:
                    model[key] = text;
                    Execute(node, CommandKind.Put, key, text, "ok");
                    break;
                case < 600:
                    model[key] = model.GetValueOrDefault(key) + text;
                    Execute(node, CommandKind.Append, key, text, model[key].Length.ToString(CultureInfo.InvariantCulture));
                    break;
                case < 900:
                    Execute(node, CommandKind.TakeOut, key, "", model.Remove(key, out var taken) ? taken : "nil");
                    break;
                case < 997:
                    node.Flush();
                    break;
                default:
                    model.Clear();
                    Execute(node, CommandKind.Clear, "", "", "ok");
                    break;
            }
        }

        node.Flush();
        for (var number = 0; number < Keys; number++)
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"k{number}");
            Execute(node, CommandKind.TakeOut, key, "", model.GetValueOrDefault(key, "nil"));
        }

        node.Flush();
        Assert.Equal(_expected.Count, _results.Count);
        Assert.All(_results, result => Assert.Equal(result.Expected, result.Found));
    }

    public void Complete(long tag, ReadOnlySpan<byte> result)
    {
        var reader = new ResultReader(result);
        var found = reader.Kind switch
        {
            ResultKind.Ok => "ok",
            ResultKind.Nil => "nil",
            ResultKind.Integer => reader.Integer.ToString(CultureInfo.InvariantCulture),
            ResultKind.Value => Encoding.UTF8.GetString(reader.Value),
            _ => reader.Kind.ToString(),
        };
        _results.Add((_expected[(int)tag], found));
    }

    private void Execute(LoneNode node, CommandKind kind, string key, string value, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(key);
        _expected.Add(expected);
        var command = new Command { Kind = kind, Slot = kind == CommandKind.Clear ? (ushort)0 : HashSlot.Of(bytes).Value, Key = bytes, Value = Encoding.UTF8.GetBytes(value) };
        node.Host().Execute(command, RequestId.None, this, _expected.Count - 1);
    }
}
