using System.Text;
using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Core.Tables;
using Catena.Core.Transactions;
using FsCheck;
using FsCheck.Fluent;

namespace Catena.Core.Tests.Tables;

/// <summary>Names of tables, what the catalogue keeps under them, and the records of dropped ones.</summary>
public sealed class CatalogueTests
{
    [Theory]
    [InlineData("abc", true)]
    [InlineData("A_z.0-9", true)]
    [InlineData("default", true)]
    [InlineData("ab", false)]
    [InlineData("", false)]
    [InlineData("with space", false)]
    [InlineData("{abc}", false)]
    [InlineData("tablé", false)]
    public void Names_are_those_that_DynamoDB_allows(string name, bool isValid) => Assert.Equal(isValid, TableName.IsValid(Encoding.UTF8.GetBytes(name)));

    [Fact]
    public void A_name_has_255_characters_at_most()
    {
        Assert.True(TableName.IsValid(Encoding.ASCII.GetBytes(new string('a', 255))));
        Assert.False(TableName.IsValid(Encoding.ASCII.GetBytes(new string('a', 256))));
    }

    [Fact]
    public void An_entry_is_read_as_it_was_written() => Check.QuickThrowOnFailure(Prop.ForAll(
        Gen.Choose(1, StoredKey.LastTable).ToArbitrary(),
        number => new[] { false, true }.All(isBeingDropped =>
        {
            var entry = new CatalogueEntry((ushort)number, isBeingDropped);
            return CatalogueEntry.TryRead(entry.ToBytes(), out var read) && read == entry;
        })));

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 1, 0, 0 })]
    [InlineData(new byte[] { 1, 0, 0, 1, 0 })]
    [InlineData(new byte[] { 2, 0, 0, 1 })]
    [InlineData(new byte[] { 1, 2, 0, 1 })]
    [InlineData(new byte[] { 1, 0, 0, 0 })]
    [InlineData(new byte[] { 1, 0, 0xff, 0xff })]
    [InlineData(new byte[] { 1, 0, 0xff, 0xfe })]
    public void What_is_no_entry_is_not_taken_for_one(byte[] bytes) => Assert.False(CatalogueEntry.TryRead(bytes, out _));

    [Fact]
    public void All_keys_of_the_catalogue_have_one_slot_and_tell_their_names()
    {
        foreach (var name in new[] { "abc", "default", new string('z', 255) })
        {
            var key = CatalogueKeys.KeyOf(Encoding.ASCII.GetBytes(name));
            Assert.Equal(CatalogueKeys.Slot, HashSlot.Of(key).Value);
            Assert.Equal(name, Encoding.ASCII.GetString(CatalogueKeys.NameOf(key)));
        }

        Assert.True(CatalogueKeys.NameOf(CatalogueKeys.CounterKey).IsEmpty);
    }

    [Fact]
    public void The_range_of_names_has_them_all_and_not_the_counter()
    {
        var range = KeyRange.Of(new Command { Kind = CommandKind.LookRange, Table = StoredKey.CatalogueTable, Slot = 0, Items = CatalogueKeys.NamesFrom(default) });
        Assert.True(range.Contains(CatalogueKeys.Stored(CatalogueKeys.KeyOf("---"u8))));
        Assert.True(range.Contains(CatalogueKeys.Stored(CatalogueKeys.KeyOf("zzz"u8))));
        Assert.False(range.Contains(CatalogueKeys.Stored(CatalogueKeys.CounterKey)));
    }

    [Fact]
    public void A_record_of_a_dropped_table_tells_which_and_is_none_of_a_transaction()
    {
        var slots = new SlotRange(new HashSlot(100), new HashSlot(200));
        var record = new byte[TableRecords.Length];
        TableRecords.WriteDropped(record, slots, 0x1234);
        Assert.True(TableRecords.IsDropped(record, out var table));
        Assert.Equal(0x1234, table);
        Assert.True(StoredKey.IsSystem(record));
        Assert.False(TransactionKeys.IsPrepared(record, out _) || TransactionKeys.IsDecision(record, out _));
        Assert.False(TableRecords.IsDropped(record.AsSpan(0, record.Length - 1), out _));
    }
}
