using Catena.Core.Data;
using Catena.Core.Tables;

namespace Catena.Server.Tables;

/// <summary>Encoded results of what concerns whole tables, made once.</summary>
internal static class TableResults
{
    internal static readonly byte[] NoSuchTable = EncodedResults.Error(ErrorCode.NoSuchTable, "there is no table of this name"u8);
    internal static readonly byte[] Exists = EncodedResults.Error(ErrorCode.TableExists, "there is a table of this name already"u8);
    internal static readonly byte[] BadName = EncodedResults.Error(ErrorCode.BadRequest, TableName.Refusal);
    internal static readonly byte[] IsDefault = EncodedResults.Error(ErrorCode.BadRequest, "the default table is always there: it can be neither created nor dropped"u8);
    internal static readonly byte[] NoNumbers = EncodedResults.Error(ErrorCode.BadRequest, "65,533 tables have been created, and a dropped table's number is never used again"u8);
    internal static readonly byte[] KeepsChanging = EncodedResults.Error(ErrorCode.TryAgain, "the table was dropped and created again all the time; nothing happened"u8);
    internal static readonly byte[] BeingDropped = EncodedResults.Error(ErrorCode.TryAgain, "the table is being dropped, and not all partitions could be reached"u8);
    internal static readonly byte[] DropIsOpen = EncodedResults.Error(ErrorCode.OutcomeUnknown, "the table is being dropped, and not all partitions could be reached: whoever names it next goes on with that"u8);
    internal static readonly byte[] Malformed = EncodedResults.Error(ErrorCode.TryAgain, "what the catalogue says of this table is not of a form that this node knows"u8);
}
