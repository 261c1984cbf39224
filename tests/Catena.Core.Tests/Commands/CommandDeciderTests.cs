using System.Buffers;
using System.Globalization;
using System.Text;
using Catena.Core.Commands;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Core.Tests.Data;
using Catena.Core.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace Catena.Core.Tests.Commands;

/// <summary>Commands become plain results: answers and changes.</summary>
public class CommandDeciderTests
{
    private const int MaxValue = 12;

    private static readonly CommandKind[] Kinds =
        [.. Enum.GetValues<CommandKind>().Where(kind => CommandKeys.AreNamed(kind) || kind == CommandKind.Clear).Except([CommandKind.IncrementFloat])];
    private static readonly CommandFlags[] Flags = Enum.GetValues<CommandFlags>();

    private readonly KeySpace _keys = new();
    private readonly CommandDecider _decider = new(new SlotRange(new HashSlot(4), new HashSlot(6)), MaxValue);
    private long _now = 1_000;

    [Fact]
    public void Any_commands_do_what_they_do_on_a_dictionary() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(400),
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var test = new CommandDeciderTests();
            test.CompareWithModel(new Prng((ulong)seed));
            return true;
        }));

    [Fact]
    public void Reading_a_key_past_its_time_deletes_it_in_the_same_entry()
    {
        Run(new TestCommand(CommandKind.Put) { Key = "k", Value = "v", Deadline = 1_500 });
        _now = 1_500;
        Assert.Equal("nil", Run(new TestCommand(CommandKind.Get) { Key = "k" }));
        Assert.Empty(_keys.Keys);
    }

    [Fact]
    public void What_only_deletes_may_use_the_space_held_back_for_that()
    {
        Run(new TestCommand(CommandKind.Put) { Key = "k", Value = "v", Deadline = 1_500 });
        Assert.False(_decider.FreesSpace);
        Decide(new TestCommand(CommandKind.Delete) { Items = ["k"] });
        Assert.True(_decider.FreesSpace);
        Decide(new TestCommand(CommandKind.Expire) { Key = "k", Deadline = 1 });
        Assert.True(_decider.FreesSpace);
        Decide(new TestCommand(CommandKind.Clear));
        Assert.True(_decider.FreesSpace);
        _now = 2_000;

        // Reads go on when the disk is full, and so must the deletion of the expired key that one of them meets.
        Decide(new TestCommand(CommandKind.Get) { Key = "k" });
        Assert.True(_decider.HasMutations && _decider.FreesSpace);
        Decide(new TestCommand(CommandKind.Increment) { Key = "k", Number = 1 });
        Assert.False(_decider.FreesSpace);
    }

    [Fact]
    public void Clearing_a_table_leaves_the_others_and_covers_every_slot_of_the_partition()
    {
        Run(new TestCommand(CommandKind.Put) { Key = "a", Value = "v" });
        Run(new TestCommand(CommandKind.Put) { Key = "b", Value = "v", Table = 1 });
        Assert.Equal("ok", Run(new TestCommand(CommandKind.Clear)));
        Assert.Equal(["\0\u0005\0\u0001b"], _keys.Keys.Keys);
        var reader = new WriteBodyReader([0, 0, 0, 0, 0, 0, 0, 0, .. _decider.Mutations]);
        var slots = new List<int>();
        while (reader.MoveNext())
        {
            Assert.Equal(MutationKind.DeletePrefix, reader.Current.Kind);
            Assert.Equal(StoredKey.PrefixLength, reader.Current.Key.Length);
            slots.Add(StoredKey.Slot(reader.Current.Key));
        }

        Assert.Equal([4, 5, 6], slots);
    }

    [Theory]
    [InlineData("1.5", "0.5", "value '2' 0.0")]
    [InlineData("10.5", "0.1", "value '10.6' 0.0")]
    public void A_float_increment_stores_the_text_that_it_answers(string present, string increment, string expected)
    {
        Run(new TestCommand(CommandKind.Put) { Key = "k", Value = present, Deadline = 5_000 });
        Assert.Equal(expected, Run(new TestCommand(CommandKind.IncrementFloat) { Key = "k", Value = increment }));
        Assert.Equal("int 5000", Run(new TestCommand(CommandKind.ExpiryTime) { Key = "k" }));
    }

    [Theory]
    [InlineData("x", "1", "error NotANumber")]
    [InlineData("1", "x", "error NotANumber")]
    [InlineData("1", "inf", "error NotFinite")]
    public void A_float_increment_that_has_no_sum_changes_nothing(string present, string increment, string expected)
    {
        Run(new TestCommand(CommandKind.Put) { Key = "k", Value = present });
        Assert.StartsWith(expected, Run(new TestCommand(CommandKind.IncrementFloat) { Key = "k", Value = increment }), StringComparison.Ordinal);
        Assert.False(_decider.HasMutations);
    }

    [Theory]
    [InlineData(CommandKind.Get, 0, 0, "error KeyLength")]
    [InlineData(CommandKind.Get, 65_535, 0, "nil")]
    [InlineData(CommandKind.Get, 65_536, 0, "error KeyLength")]
    [InlineData(CommandKind.Put, 1, MaxValue, "ok")]
    [InlineData(CommandKind.Put, 1, MaxValue + 1, "error ValueTooLong")]
    [InlineData(CommandKind.Append, 1, MaxValue + 1, "error ValueTooLong")]
    [InlineData(CommandKind.PutRange, 1, MaxValue + 1, "error ValueTooLong")]
    [InlineData(CommandKind.PutRange, 0, 1, "error KeyLength")]
    [InlineData(CommandKind.EditBits, 65_536, 0, "error KeyLength")]
    [InlineData(CommandKind.CombineBits, 0, 0, "error KeyLength")]
    [InlineData(CommandKind.CombineBits, 1, 0, "error BadRequest")]
    [InlineData(CommandKind.Move, 1, 0, "error KeyLength")]
    [InlineData(CommandKind.Copy, 0, 1, "error KeyLength")]
    [InlineData(CommandKind.Copy, 1, 65_536, "error KeyLength")]
    [InlineData(CommandKind.Move, 1, 65_535, "nil")]
    [InlineData((CommandKind)99, 1, 0, "error BadRequest")]
    public void Lengths_are_limited(CommandKind kind, int keyLength, int valueLength, string expected)
    {
        var command = new TestCommand(kind) { Key = new string('k', keyLength), Value = new string('v', valueLength) };
        Assert.StartsWith(expected, Run(command), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CommandKind.Delete, new[] { "" }, "error KeyLength")]
    [InlineData(CommandKind.PutMany, new[] { "k" }, "error BadRequest")]
    [InlineData(CommandKind.PutMany, new[] { "k", "more than twelve" }, "error ValueTooLong")]
    [InlineData(CommandKind.PutMany, new[] { "k", "" }, "ok")]
    [InlineData(CommandKind.GetMany, new string[0], "list []")]
    public void The_items_of_a_list_are_limited_too(CommandKind kind, string[] items, string expected) =>
        Assert.StartsWith(expected, Run(new TestCommand(kind) { Items = items }), StringComparison.Ordinal);

    [Theory]
    [InlineData("0101880000000000000000")] // cut short
    [InlineData("04018800" + "0000000000000000")] // no such action
    [InlineData("01048800" + "0000000000000000")] // no such overflow rule
    [InlineData("01010000" + "0000000000000000")] // no width
    [InlineData("01014000" + "0000000000000000")] // 64 bits without a sign
    [InlineData("0101C100" + "0000000000000000")] // 65 bits
    [InlineData("010188FFFFFFFFFFFFFFFF7F" + "0000000000000000")] // past the last bit that can be numbered
    public void Malformed_operations_on_bits_are_refused(string items)
    {
        _decider.Decide(new Command { Kind = CommandKind.EditBits, Slot = 5, Key = "k"u8, Items = Convert.FromHexString(items) }, _keys, _now);
        Assert.StartsWith("error BadRequest", ResultText.Of(_decider.Result), StringComparison.Ordinal);
        Assert.False(_decider.HasMutations);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(257)]
    [InlineData(long.MinValue)]
    public void An_unknown_operator_on_bits_is_refused(long number) => Assert.StartsWith(
        "error BadRequest", Run(new TestCommand(CommandKind.CombineBits) { Key = "k", Items = ["k"], Number = number }), StringComparison.Ordinal);

    [Fact]
    public void Long_values_are_combined_as_short_ones_are()
    {
        var decider = new CommandDecider(new SlotRange(new HashSlot(4), new HashSlot(6)), 1 << 20);
        var prng = new Prng(5);
        for (var round = 0; round < 60; round++)
        {
            string[] values = [.. Enumerable.Range(0, prng.Next(3) + 1).Select(_ => Encoding.Latin1.GetString(Fuzz.Bytes(prng, 200)))];
            var bitOperator = values.Length == 1 ? BitOperator.Not : (BitOperator)(prng.Next(3) + 1);
            for (var index = 0; index < values.Length; index++)
            {
                decider.Decide(new TestCommand(CommandKind.Put) { Key = $"s{index}", Value = values[index] }.Bind(new()), _keys, _now);
                _keys.Apply(decider.Mutations);
            }

            string[] keys = [.. values.Select((_, index) => $"s{index}")];
            decider.Decide(new TestCommand(CommandKind.CombineBits) { Key = "d", Items = keys, Number = (long)bitOperator }.Bind(new()), _keys, _now);
            _keys.Apply(decider.Mutations);
            var expected = BitModel.Combine(bitOperator, values);
            Assert.Equal(expected, _keys.Keys.TryGetValue(Stored(0, "d"), out var state) ? state.Value : "");
        }
    }

    [Fact]
    public void A_malformed_list_is_refused()
    {
        _decider.Decide(new Command { Kind = CommandKind.Delete, Slot = 5, Items = [200, 1] }, _keys, _now);
        Assert.StartsWith("error BadRequest", ResultText.Of(_decider.Result), StringComparison.Ordinal);
        Assert.False(_decider.HasMutations);
    }

    private void CompareWithModel(Prng prng)
    {
        var model = new KeyModel(MaxValue);
        var history = new StringBuilder();
        for (var step = 0; step < 60; step++)
        {
            _now += prng.Next(30);
            var command = AnyCommand(prng);
            history.AppendLine(CultureInfo.InvariantCulture, $"{_now} {command} [{string.Join(' ', command.Items)}]");
            var next = _keys.Next;
            var wasThere = _keys.Keys.ToDictionary(StringComparer.Ordinal);
            var expected = model.Run(command, _now, next);
            var result = Run(command);
            Assert.True(result == expected || result.StartsWith(expected + " '", StringComparison.Ordinal), $"{expected} was expected, not {result}:\n{history}");

            var present = _keys.Keys.Where(pair => pair.Value.Expiry == 0 || pair.Value.Expiry > _now).ToDictionary(StringComparer.Ordinal);
            var wanted = model.At(_now).ToDictionary(pair => Stored(pair.Id.Table, pair.Id.Key), pair => pair.State, StringComparer.Ordinal);
            Assert.True(present.Count == wanted.Count && present.All(pair => wanted.TryGetValue(pair.Key, out var state) && state == pair.Value), $"states differ:\n{history}");
            AssertExpiredAreGone(command, wasThere);
        }
    }

    /// <summary>Nobody may answer that a key is absent whose expiry is not in the log.</summary>
    private void AssertExpiredAreGone(TestCommand command, Dictionary<string, (string Value, Lsn Version, long Expiry)> before)
    {
        var isRefused = (ResultKind)_decider.Result[0] == ResultKind.Error;
        var isShortcut = command.Kind == CommandKind.PutMany;
        foreach (var key in command.Items.Append(command.Key).Where(key => key.Length > 0 && !isRefused && !isShortcut))
        {
            var stored = Stored(command.Table, key);
            var wasExpired = before.TryGetValue(stored, out var old) && old.Expiry != 0 && old.Expiry <= _now;
            Assert.False(wasExpired && _keys.Keys.TryGetValue(stored, out var state) && state == old, $"{command} left the expired '{key}' in place");
        }
    }

    private TestCommand AnyCommand(Prng prng)
    {
        string Key() => "k" + prng.Next(4);
        var flags = CommandFlags.None;
        for (var count = prng.Next(3); count > 0; count--)
        {
            flags |= Flags[prng.Next(Flags.Length)];
        }

        var kind = Kinds[prng.Next(Kinds.Length)];
        var isList = kind is CommandKind.GetMany or CommandKind.Exists or CommandKind.Delete or CommandKind.PutMany or CommandKind.CombineBits;
        var hasKey = !isList || kind == CommandKind.CombineBits;
        var items = Enumerable.Range(0, isList ? prng.Next(3) + 1 : 0).Select(_ => Key());
        var version = _keys.Keys.Count > 0 && prng.Chance(0.7) ? _keys.Keys.Values.ElementAt(prng.Next(_keys.Keys.Count)).Version : Lsn.Zero;
        return new TestCommand(kind)
        {
            Flags = flags,
            Table = (ushort)(prng.Chance(0.1) ? 1 : 0),
            Key = hasKey && kind != CommandKind.Clear ? Key() : "",
            Value = kind switch
            {
                CommandKind.Put or CommandKind.Append or CommandKind.PutRange => AnyValue(prng),
                CommandKind.Move or CommandKind.Copy => Key(),
                _ => "",
            },
            Operations = kind == CommandKind.EditBits ? [.. Enumerable.Range(0, prng.Next(4) + 1).Select(_ => AnyOperation(prng))] : [],
            Items = kind == CommandKind.PutMany ? [.. items.SelectMany(key => new[] { key, AnyValue(prng) })] : [.. items],
            Number = kind switch
            {
                CommandKind.PutRange => prng.Next(8) == 0 ? long.MaxValue - prng.Next(4) : prng.Next(MaxValue + 4) - 1,
                CommandKind.CombineBits => prng.Next(4) + 1,
                _ => prng.Next(3) switch { 0 => long.MaxValue, 1 => long.MinValue, _ => prng.Next(100) - 50 },
            },
            Deadline = prng.Chance(0.4) ? 0 : _now + prng.Next(120) - 20,
            Version = version,
        };
    }

    private static BitFieldOperation AnyOperation(Prng prng)
    {
        var isSigned = prng.Chance(0.5);
        var width = prng.Next(3) == 0 ? (isSigned ? 64 : 63) - prng.Next(3) : prng.Next(12) + 1;
        return new BitFieldOperation(
            (BitFieldAction)(prng.Next(3) + 1),
            (BitFieldOverflow)(prng.Next(3) + 1),
            isSigned,
            width,
            prng.Next((MaxValue * 8) - 10),
            prng.Next(4) switch { 0 => long.MaxValue, 1 => long.MinValue, 2 => (long)prng.NextUInt64(), _ => prng.Next(20) - 10 });
    }

    private static string AnyValue(Prng prng) => prng.Next(4) switch
    {
        0 => "",
        1 => new string('x', prng.Next(MaxValue) + 1),
        2 => "0" + prng.Next(10),
        _ => (prng.Next(200) - 100).ToString(CultureInfo.InvariantCulture),
    };

    private static string Stored(ushort table, string key)
    {
        var buffer = new byte[StoredKey.PrefixLength + key.Length];
        StoredKey.Write(buffer, KeyModel.Slot, table, Encoding.Latin1.GetBytes(key));
        return Encoding.Latin1.GetString(buffer);
    }

    private string Run(TestCommand command)
    {
        var result = Decide(command);
        if (_decider.HasMutations)
        {
            _keys.Apply(_decider.Mutations);
        }

        return result;
    }

    private string Decide(TestCommand command)
    {
        _decider.Decide(command.Bind(new ArrayBufferWriter<byte>()), _keys, _now);
        return ResultText.Of(_decider.Result);
    }
}
