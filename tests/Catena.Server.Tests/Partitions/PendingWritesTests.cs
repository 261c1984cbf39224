using System.Buffers;
using System.Globalization;
using System.Text;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Server.Partitions;
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

    /// <summary>Entries are applied one after the other: what a later one does to the same key stays, and is in nobody else's memory.</summary>
    [Fact]
    public void The_newest_write_of_a_key_is_seen_until_its_own_entry_is_applied()
    {
        using var node = new LoneNode();
        var pending = new PendingWrites(node.Store());
        var prng = new Prng(77);
        var model = new Dictionary<int, (ulong Sequence, byte[]? Value)>();
        var (last, applied) = (0UL, 0UL);
        var (body, found) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
        for (var step = 0; step < 5000; step++)
        {
            if (prng.Chance(0.6))
            {
                last++;
                body.ResetWrittenCount();
                WriteBody.WriteStart(body, RequestId.None, []);
                for (var left = prng.Next(3); left >= 0; left--)
                {
                    var number = prng.Next(Keys);
                    var value = prng.Chance(0.2) ? null : Encoding.ASCII.GetBytes(new string('x', prng.Next(200)) + step);
                    model[number] = (last, value);
                    WriteBody.WriteMutation(body, new Mutation { Kind = value is null ? MutationKind.Delete : MutationKind.Put, Key = KeyOf(number), Value = value });
                }

                pending.Add(new Lsn(new Epoch(1), last), body.WrittenSpan);
            }
            else
            {
                applied += (ulong)prng.Next((int)(last - applied) + 1);
                pending.Applied(applied);
            }

            for (var number = 0; number < Keys; number++)
            {
                found.ResetWrittenCount();
                pending.WasConsulted = false;
                var isFound = pending.TryRead(KeyOf(number), found, out var version, out _);
                var isPending = model.TryGetValue(number, out var newest) && newest.Sequence > applied;
                Assert.Equal(isPending, pending.WasConsulted);
                Assert.Equal(isPending && newest.Value is not null, isFound);
                Assert.Equal(isPending ? newest.Sequence : 0, version.Sequence);
                Assert.Equal(isPending ? newest.Value ?? [] : [], found.WrittenSpan);
            }
        }

        pending.Applied(last);
        Assert.True(pending.IsEmpty);
    }

    void ICommandSink.Complete(long tag, ReadOnlySpan<byte> result)
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

    private static byte[] KeyOf(int number) => StoredKey.Of(5, 0, [(byte)number]);

    private void Execute(LoneNode node, CommandKind kind, string key, string value, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(key);
        _expected.Add(expected);
        var command = new Command { Kind = kind, Slot = kind == CommandKind.Clear ? (ushort)0 : HashSlot.Of(bytes).Value, Key = bytes, Value = Encoding.UTF8.GetBytes(value) };
        node.Host().Execute(command, RequestId.None, this, _expected.Count - 1);
    }
}
