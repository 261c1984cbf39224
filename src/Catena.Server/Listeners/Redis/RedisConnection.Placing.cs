using Catena.Core.Data;
using Catena.Core.Placement;
using Catena.Protocols.Resp;

namespace Catena.Server.Listeners.Redis;

/// <content>Where the keys of a request belong, and whether they may be asked for here.</content>
internal sealed partial class RedisConnection
{
    /// <summary>Finds the slot of a key and whether it may be asked for here; answers the error where it may not.</summary>
    /// <param name="key">The key.</param>
    /// <param name="slot">Its slot.</param>
    /// <returns>False where an error was answered.</returns>
    public bool TryPlace(ReadOnlySpan<byte> key, out ushort slot) => TryFindSlot(key, out slot) && TryStay(slot);

    /// <summary>Finds the slot of a key and whether it may be asked for here where any copy will do; answers the error where it may not.</summary>
    /// <param name="key">The key.</param>
    /// <param name="slot">Its slot.</param>
    /// <returns>False where an error was answered.</returns>
    public bool TryPlaceAnywhere(ReadOnlySpan<byte> key, out ushort slot) =>
        TryFindSlot(key, out slot) && (Listener.IsMember(slot) || TryStay(slot));

    /// <summary>Finds the slot of all keys of a request; answers the error where they may not be asked for here.</summary>
    /// <param name="request">The request.</param>
    /// <param name="step">From one key to the next; the first argument is a key, and keys go on to the end.</param>
    /// <param name="slot">The slot; <see cref="Command.SeveralSlots" /> where there is no single one.</param>
    /// <returns>False where an error was answered.</returns>
    public bool TryPlaceAll(RespRequest request, int step, out ushort slot) => TryPlaceAll(request, 1, request.Count - 1, step, out slot);

    /// <summary>Finds the slot of some of a request's arguments; answers the error where they may not be asked for here.</summary>
    /// <param name="request">The request.</param>
    /// <param name="first">The index of the first key.</param>
    /// <param name="last">The index of the last argument that may be a key.</param>
    /// <param name="step">From one key to the next.</param>
    /// <param name="slot">The slot; <see cref="Command.SeveralSlots" /> where there is no single one.</param>
    /// <returns>False where an error was answered.</returns>
    public bool TryPlaceAll(RespRequest request, int first, int last, int step, out ushort slot)
    {
        if (!TryPlace(request[first], out slot))
        {
            return false;
        }

        var hasSeveral = false;
        for (var i = first + step; i <= last; i += step)
        {
            var key = request[i];
            if (key.IsEmpty || key.Length > StoredKey.MaxKeyLength)
            {
                ReplyError(RedisResults.KeyLength);
                return false;
            }

            hasSeveral |= HashSlot.Of(key).Value != slot;
            if (hasSeveral && Listener.RefusesSeveralSlots)
            {
                ReplyError(RespErrors.CrossSlot);
                return false;
            }
        }

        slot = hasSeveral ? Command.SeveralSlots : slot;
        return true;
    }

    /// <summary>Whether what has this slot may be asked for here; answers where else in cluster mode.</summary>
    /// <param name="slot">The slot.</param>
    /// <returns>False where an error was answered.</returns>
    public bool TryStay(ushort slot)
    {
        // Of a whole transaction that was found out before.
        if (_plan is not null || !Listener.Node.RedisCluster || Listener.Redirect(slot) is not { } error)
        {
            return true;
        }

        ReplyError(error);
        return false;
    }

    private bool TryFindSlot(ReadOnlySpan<byte> key, out ushort slot)
    {
        if (key.IsEmpty || key.Length > StoredKey.MaxKeyLength)
        {
            slot = 0;
            ReplyError(RedisResults.KeyLength);
            return false;
        }

        slot = HashSlot.Of(key).Value;
        return true;
    }
}
