using System.Text;
using Catena.Core.Data;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;
using Catena.Server.Listeners.Redis.Forms;

namespace Catena.Server.Listeners.Redis;

/// <summary>SETBIT, BITCOUNT, BITFIELD and their kin: requests about the bits of values.</summary>
internal static class BitCommands
{
    private const int BitOpOperator = 1;
    private const int BitOpTarget = 2;
    private const int BitOpSources = 3;

    /// <summary>Names the handlers.</summary>
    public static void AddTo(RedisHandlers handlers)
    {
        handlers.Add(RedisCommandId.SetBit, CommandClass.Write, SetBit);
        handlers.Add(RedisCommandId.GetBit, CommandClass.Read, GetBit);
        handlers.Add(RedisCommandId.BitCount, CommandClass.Read, Count);
        handlers.Add(RedisCommandId.BitPos, CommandClass.Read, Find);
        handlers.Add(RedisCommandId.BitOp, CommandClass.Write, Combine);
        handlers.Add(RedisCommandId.BitField, CommandClass.Write, (connection, request) => EditFields(connection, request, readsOnly: false));
        handlers.Add(RedisCommandId.BitFieldRo, CommandClass.Read, (connection, request) => EditFields(connection, request, readsOnly: true));
    }

    private static void SetBit(RedisConnection connection, RespRequest request)
    {
        if (!BitOffset.TryParse(request[2], 0, connection.Listener.Node.MaxValueBytes, out var offset))
        {
            connection.ReplyError(RespErrors.BitOffset);
        }
        else if (!RedisInteger.TryParse(request[3], out var bit) || bit is not (0 or 1))
        {
            connection.ReplyError(RespErrors.InvalidBit);
        }
        else if (connection.TryPlace(request[1], out var slot))
        {
            var operation = new BitFieldOperation(BitFieldAction.Set, BitFieldOverflow.Wrap, IsSigned: false, 1, offset, bit);
            Edit(connection, slot, request[1], [operation], NumbersForm.Single);
        }
    }

    private static void GetBit(RedisConnection connection, RespRequest request)
    {
        if (!BitOffset.TryParse(request[2], 0, connection.Listener.Node.MaxValueBytes, out var offset))
        {
            connection.ReplyError(RespErrors.BitOffset);
        }
        else
        {
            Get(connection, request[1], new BitForm(offset));
        }
    }

    private static void Count(RedisConnection connection, RespRequest request)
    {
        if (BitRangeOptions.TryParseCount(request, out var options, out var error))
        {
            Get(connection, request[1], new BitCountForm(options));
        }
        else
        {
            Get(connection, request[1], new ExistenceForm(error, 0));
        }
    }

    private static void Find(RedisConnection connection, RespRequest request)
    {
        if (!RedisInteger.TryParse(request[2], out var bit))
        {
            connection.ReplyError(RespErrors.NotAnInteger);
        }
        else if (bit is not (0 or 1))
        {
            connection.ReplyError(RespErrors.InvalidBitArgument);
        }
        else if (BitRangeOptions.TryParsePosition(request, out var options, out var error))
        {
            Get(connection, request[1], new BitPositionForm(bit == 1, options));
        }
        else
        {
            Get(connection, request[1], new ExistenceForm(error, bit == 1 ? -1 : 0));
        }
    }

    private static void Combine(RedisConnection connection, RespRequest request)
    {
        var bitOperator = OperatorOf(request[BitOpOperator]);
        if (bitOperator == default)
        {
            connection.ReplyError(RespErrors.Syntax);
        }
        else if (bitOperator == BitOperator.Not && request.Count != BitOpSources + 1)
        {
            connection.ReplyError(RespErrors.BitOpNotTakesOne);
        }
        else if (connection.TryPlaceAll(request, BitOpTarget, request.Count - 1, 1, out var slot))
        {
            connection.Run(new Command
            {
                Kind = CommandKind.CombineBits,
                Slot = slot,
                Key = request[BitOpTarget],
                Items = connection.PackArguments(request, BitOpSources),
                Number = (long)bitOperator,
            });
        }
    }

    private static void EditFields(RedisConnection connection, RespRequest request, bool readsOnly)
    {
        if (!BitFieldOptions.TryParse(request, readsOnly, connection.Listener.Node.MaxValueBytes, out var options, out var error))
        {
            connection.ReplyError(error);
        }
        else if (readsOnly)
        {
            Get(connection, request[1], new FieldsForm(options.Operations));
        }
        else if (connection.TryPlace(request[1], out var slot))
        {
            Edit(connection, slot, request[1], options.Operations, NumbersForm.All);
        }
    }

    private static void Edit(
        RedisConnection connection, ushort slot, ReadOnlySpan<byte> key, IReadOnlyList<BitFieldOperation> operations, NumbersForm form) =>
        connection.Run(
            new Command { Kind = CommandKind.EditBits, Slot = slot, Key = key, Items = connection.PackOperations(operations) }, form);

    private static void Get(RedisConnection connection, ReadOnlySpan<byte> key, IReplyForm form)
    {
        if (connection.TryPlace(key, out var slot))
        {
            connection.Run(new Command { Kind = CommandKind.Get, Slot = slot, Key = key }, form);
        }
    }

    private static BitOperator OperatorOf(ReadOnlySpan<byte> word) =>
        Ascii.EqualsIgnoreCase(word, "AND"u8) ? BitOperator.And
        : Ascii.EqualsIgnoreCase(word, "OR"u8) ? BitOperator.Or
        : Ascii.EqualsIgnoreCase(word, "XOR"u8) ? BitOperator.Xor
        : Ascii.EqualsIgnoreCase(word, "NOT"u8) ? BitOperator.Not
        : default;
}
