using System.Text;
using Catena.Core.Placement;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;

namespace Catena.Server.Listeners.Redis.Transactions;

/// <summary>What a transaction may have, and where its keys may be.</summary>
internal static class QueueRules
{
    /// <summary>Whether a request is answered at once though a transaction is open.</summary>
    /// <param name="command">Its command.</param>
    public static bool IsAnsweredAtOnce(RedisCommandId command) => command
        is RedisCommandId.Exec or RedisCommandId.Discard or RedisCommandId.Multi or RedisCommandId.Watch or RedisCommandId.Quit or RedisCommandId.Reset;

    /// <summary>Whether a request uses keys, so that it is part of the transaction's program; the others are answered after it.</summary>
    /// <param name="command">One that may be queued.</param>
    /// <param name="count">The number of the request's arguments.</param>
    public static bool UsesKeys(RedisCommandId command, int count) =>
        command is RedisCommandId.Lcs or RedisCommandId.Dump || RedisHandlers.All.ClassOf(command, count) is CommandClass.Read or CommandClass.Write;

    /// <summary>Why a request cannot be queued: an error to answer, or null where it can.</summary>
    /// <param name="listener">Who is asked.</param>
    /// <param name="command">Its command.</param>
    /// <param name="request">The request; it has the number of arguments that the command takes.</param>
    public static byte[]? WhyNot(RedisListener listener, RedisCommand command, RespRequest request)
    {
        if (RedisHandlers.All.WhyNotSubcommand(command.Id, request) is { } error)
        {
            return error;
        }

        if ((command.Flags & RedisCommandFlags.NoMulti) != 0)
        {
            return RespErrors.NotInsideTransaction.ToArray();
        }

        if (Reason(command, request) is { } reason)
        {
            var name = RedisHandlers.All.FullNameOf(command, request).Replace('|', ' ').ToUpperInvariant();
            return Encoding.ASCII.GetBytes($"ERR {name} is not possible inside a transaction: {reason}");
        }

        var slot = -1;
        return WhereElse(listener, command, request, ref slot);
    }

    /// <summary>Why a transaction cannot be carried out here: where its keys have several slots and must not, or another node reads them; null where it can.</summary>
    /// <param name="listener">Who is asked.</param>
    /// <param name="transaction">The transaction.</param>
    public static byte[]? WhereElse(RedisListener listener, RedisTransaction transaction)
    {
        var slot = -1;
        foreach (var queued in transaction.Queue)
        {
            if (WhereElse(listener, queued.Command, queued.Kept.Request, ref slot) is { } error)
            {
                return error;
            }
        }

        return null;
    }

    private static byte[]? WhereElse(RedisListener listener, RedisCommand command, RespRequest request, ref int slot)
    {
        if (!listener.RefusesSeveralSlots)
        {
            return null;
        }

        var keys = (command.Resolve(request.Count > 1 ? request[1] : default) ?? command).KeysOf(request.Count);
        for (var i = 0; i < keys.Count; i++)
        {
            var found = HashSlot.Of(request[keys[i]]).Value;
            if (slot >= 0 && slot != found)
            {
                return RespErrors.CrossSlot.ToArray();
            }

            slot = found;
        }

        return listener.Node.RedisCluster && keys.Count > 0 ? listener.Redirect((ushort)slot) : null;
    }

    private static string? Reason(RedisCommand command, RespRequest request) => command.Id switch
    {
        RedisCommandId.Scan or RedisCommandId.Keys or RedisCommandId.RandomKey or RedisCommandId.DbSize or RedisCommandId.FlushAll or RedisCommandId.FlushDb =>
            "it concerns all keys, and a transaction those that it names",
        RedisCommandId.Cluster when Is(request, "COUNTKEYSINSLOT"u8) || Is(request, "GETKEYSINSLOT"u8) => "it concerns all keys of a slot, and a transaction those that it names",
        RedisCommandId.Publish or RedisCommandId.SPublish or RedisCommandId.PubSub => "messages are no part of it",
        RedisCommandId.Subscribe or RedisCommandId.PSubscribe or RedisCommandId.SSubscribe
            or RedisCommandId.Unsubscribe or RedisCommandId.PUnsubscribe or RedisCommandId.SUnsubscribe => "messages are no part of it",
        RedisCommandId.Client when Is(request, "REPLY"u8) => "its replies are one",
        RedisCommandId.Client when Is(request, "PAUSE"u8) => "it would hold up itself",
        RedisCommandId.CatenaGet => "its reads are up to date; use GET",
        _ => null,
    };

    private static bool Is(RespRequest request, ReadOnlySpan<byte> subcommand) => Ascii.EqualsIgnoreCase(request[1], subcommand);
}
