using System.Text;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Tables;
using Catena.Server.Routing;
using Catena.Server.Tables;
using Catena.Server.Tests.Backups;

namespace Catena.Server.Tests.Tables;

/// <summary>Two nodes' catalogues over the same partitions: names come and go through one, and the other has kept what it knew.</summary>
public sealed class TableCatalogueTests : ICommandSink, IDisposable
{
    private const int Partitions = 8;

    private readonly LoneNode _node = new(Partitions);
    private readonly LoneRouter _router;
    private readonly TableCatalogue _one;
    private readonly TableCatalogue _two;
    private string _result = "";

    public TableCatalogueTests()
    {
        _router = new LoneRouter(_node, Partitions);
        _one = new TableCatalogue(_router, new PartitionMap(Partitions), () => { });
        _two = new TableCatalogue(_router, new PartitionMap(Partitions), () => { });
    }

    public void Dispose() => _node.Dispose();

    void ICommandSink.Complete(long tag, ReadOnlySpan<byte> result)
    {
        var reader = new ResultReader(result);
        _result = reader.Kind switch
        {
            ResultKind.Integer => $"{reader.Integer}",
            ResultKind.Value => Encoding.UTF8.GetString(reader.Value),
            ResultKind.Error => $"{reader.Error}",
            _ => $"{reader.Kind}",
        };
    }

    [Fact]
    public void A_table_is_there_from_its_creation_to_its_drop()
    {
        Assert.Equal("NoSuchTable", Resolve(_one, "users"));
        Assert.Equal("Ok", Create(_one, "users"));
        Assert.Equal(("1", "1"), (Resolve(_one, "users"), Resolve(_two, "users")));
        Assert.Equal("TableExists", Create(_two, "users"));
        Assert.Equal("Ok", Create(_two, "orders"));
        Assert.Equal("2", Resolve(_one, "orders"));
        Assert.Equal("Ok", Drop(_one, "users"));
        Assert.Equal("NoSuchTable", Resolve(_one, "users"));
        Assert.Equal(("NoSuchTable", "NoSuchTable"), (Drop(_one, "users"), Drop(_two, "users")));
        Assert.Equal("2", Resolve(_one, "orders"));
    }

    [Fact]
    public void A_number_is_never_used_again()
    {
        Create(_one, "first");
        Drop(_one, "first");
        Create(_two, "first");
        Assert.Equal("2", Resolve(_two, "first"));
    }

    [Fact]
    public void When_all_numbers_are_used_up_nothing_is_created()
    {
        Execute(new Command { Kind = CommandKind.Put, Table = StoredKey.CatalogueTable, Slot = CatalogueKeys.Slot, Key = CatalogueKeys.CounterKey, Value = "65532"u8 });
        Assert.Equal("Ok", Create(_one, "last"));
        Assert.Equal("BadRequest", Create(_one, "none"));
        Assert.Equal(("65533", "NoSuchTable"), (Resolve(_two, "last"), Resolve(_two, "none")));
    }

    [Fact]
    public void The_default_table_is_always_there_and_no_other_odd_name_ever()
    {
        foreach (var name in new[] { "", "default" })
        {
            Assert.Equal(("0", "BadRequest", "BadRequest"), (Resolve(_one, name), Create(_one, name), Drop(_one, name)));
        }

        foreach (var name in new[] { "ab", "{tables}", "a b c", new string('x', 256) })
        {
            Assert.Equal(("NoSuchTable", "BadRequest", "BadRequest"), (Resolve(_one, name), Create(_one, name), Drop(_one, name)));
        }
    }

    [Fact]
    public void A_node_that_knows_the_old_number_only_finds_the_new_table_and_none_of_the_old_ones_keys()
    {
        Create(_one, "users");
        Assert.Equal("Ok", Call(_two, "users", CommandKind.Put, "old"));
        Assert.Equal("Ok", Drop(_one, "users"));
        Assert.Equal("NoSuchTable", Call(_two, "users", CommandKind.Put, "lost"));
        Create(_two, "users");
        Assert.Equal("Ok", Call(_two, "users", CommandKind.Put, "old"));
        Drop(_one, "users");
        Create(_one, "users");
        Assert.Equal("Nil", Call(_two, "users", CommandKind.Get));
        Assert.Equal("Ok", Call(_two, "users", CommandKind.Put, "new"));
        Assert.Equal("new", Call(_one, "users", CommandKind.Get));
    }

    [Fact]
    public void A_drop_whose_node_died_after_the_mark_is_finished_by_whoever_names_the_table()
    {
        Create(_one, "users");
        Call(_two, "users", CommandKind.Put, "old");
        Mark("users", 1);
        Assert.Equal("NoSuchTable", Resolve(new TableCatalogue(_router, new PartitionMap(Partitions), () => { }), "users"));

        // Who knew it could write as long as nobody had been told that it is gone.
        Assert.Equal("NoSuchTable", Call(_two, "users", CommandKind.Get));
        Assert.Equal("Ok", Create(_one, "users"));
        Assert.Equal("Nil", Call(_two, "users", CommandKind.Get));
    }

    [Fact]
    public void A_drop_that_ended_between_two_partitions_is_finished_by_the_next_creation()
    {
        Create(_one, "users");
        Call(_two, "users", CommandKind.Put, "old");
        var refused = new PartitionMap(Partitions).Of(HashSlot.Of("key"u8)).Value;
        _router.Refuses = (kind, slot) => kind == CommandKind.DropTable && new PartitionMap(Partitions).Of(new HashSlot(slot)).Value == refused
            ? EncodedResults.Error(ErrorCode.TryAgain, default)
            : null;
        Assert.Equal("OutcomeUnknown", Drop(_one, "users"));

        // The table is neither there nor gone: nobody is told either.
        Assert.Equal(("TryAgain", "TryAgain"), (Resolve(_one, "users"), Create(_one, "users")));
        Assert.Equal("old", Call(_two, "users", CommandKind.Get));
        _router.Refuses = (_, _) => null;
        Assert.Equal("Ok", Create(_one, "users"));
        Assert.Equal("Nil", Call(_two, "users", CommandKind.Get));
    }

    [Fact]
    public void Of_two_who_drop_a_table_one_has_dropped_it()
    {
        Create(_one, "users");
        Mark("users", 1);
        Assert.Equal("NoSuchTable", Drop(_two, "users"));
        Assert.Equal("Ok", Create(_two, "users"));
    }

    [Fact]
    public void Who_loses_the_number_to_another_takes_the_next()
    {
        var isFirst = true;
        _router.Before = kind =>
        {
            if (kind == CommandKind.Transact && isFirst)
            {
                isFirst = false;
                Create(_two, "faster");
            }
        };
        Assert.Equal("Ok", Create(_one, "slower"));
        Assert.Equal(("1", "2"), (Resolve(_one, "faster"), Resolve(_one, "slower")));
    }

    [Fact]
    public void Calls_that_share_an_order_keep_it_whichever_name_is_known_first()
    {
        foreach (var name in new[] { "users", "orders" })
        {
            Create(_one, name);
            Call(_two, name, CommandKind.Get);
            Drop(_one, name);
            Create(_one, name);
        }

        // Both have old numbers, and the second name of the first call is found late.
        var held = Encoding.ASCII.GetString(CatalogueKeys.KeyOf("orders"u8));
        _router.Holds = (kind, key) => kind == CommandKind.Get && key == held;
        var order = new CallOrder();
        _two.Start(new KeyCall(_two, order, new TableNumbers([Name("users"), Name("orders")]), this, CommandKind.Put, "first"));
        _two.Start(new KeyCall(_two, order, new TableNumbers([Name("users")]), this, CommandKind.Put, "second"));
        _two.Work();
        Assert.Equal(1, _router.Held);
        _router.Release();
        _two.Work();
        Assert.Equal("second", Call(_one, "users", CommandKind.Get));
    }

    [Fact]
    public void That_a_name_is_absent_is_not_kept()
    {
        Assert.Equal("NoSuchTable", Resolve(_one, "users"));
        Create(_two, "users");
        Assert.Equal("1", Resolve(_one, "users"));
    }

    [Fact]
    public void An_entry_of_a_later_form_is_no_table_and_none_is_created_in_its_place()
    {
        Execute(new Command { Kind = CommandKind.Put, Table = StoredKey.CatalogueTable, Slot = CatalogueKeys.Slot, Key = CatalogueKeys.KeyOf("users"u8), Value = "\u0009"u8 });
        Assert.Equal(("TryAgain", "TryAgain", "TryAgain"), (Resolve(_one, "users"), Create(_one, "users"), Drop(_one, "users")));
    }

    private static byte[] Name(string name) => Encoding.ASCII.GetBytes(name);

    private void Mark(string name, ushort number) => Execute(new Command
    {
        Kind = CommandKind.Put,
        Table = StoredKey.CatalogueTable,
        Slot = CatalogueKeys.Slot,
        Key = CatalogueKeys.KeyOf(Name(name)),
        Value = new CatalogueEntry(number, IsBeingDropped: true).ToBytes(),
    });

    private string Execute(in Command command)
    {
        _result = "";
        _router.Execute(command, this, 0);
        return _result;
    }

    private string Resolve(TableCatalogue catalogue, string name) => Do(catalogue, () => catalogue.Resolve(Name(name), this, 0));

    private string Create(TableCatalogue catalogue, string name) => Do(catalogue, () => catalogue.Create(Name(name), this, 0));

    private string Drop(TableCatalogue catalogue, string name) => Do(catalogue, () => catalogue.Drop(Name(name), this, 0));

    private string Call(TableCatalogue catalogue, string name, CommandKind kind, string value = "") =>
        Do(catalogue, () => catalogue.Start(new KeyCall(catalogue, new CallOrder(), new TableNumbers([Name(name)]), this, kind, value)));

    private string Do(TableCatalogue catalogue, Action what)
    {
        _result = "";
        what();
        catalogue.Work();
        return _result;
    }

    /// <summary>A call on the key "key" of a table.</summary>
    private sealed class KeyCall(TableCatalogue catalogue, CallOrder order, TableNumbers tables, ICommandSink sink, CommandKind kind, string value) : NamedCall(catalogue, order, tables, sink, 0)
    {
        protected override void Execute(ICommandRouter router) =>
            router.Execute(new Command { Kind = kind, Table = Tables.NumberAt(0), Slot = HashSlot.Of("key"u8).Value, Key = "key"u8, Value = Encoding.UTF8.GetBytes(value) }, this, 0);
    }
}
