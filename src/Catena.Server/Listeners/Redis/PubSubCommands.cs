using Catena.Core.Placement;
using Catena.Protocols.Resp;
using Catena.Protocols.Resp.Commands;
using Catena.Server.Listeners.Redis.Forms;
using Catena.Server.PubSub;

namespace Catena.Server.Listeners.Redis;

/// <summary>SUBSCRIBE, PUBLISH, PUBSUB and their kin.</summary>
/// <remarks>
/// Subscribing and unsubscribing wait for everything before them on the connection, so that a confirmation stands before the first
/// message and nothing comes after the end. Publishing waits for the writes before it, so that who gets the message sees them.
/// </remarks>
internal static class PubSubCommands
{
    /// <summary>Names the handlers.</summary>
    public static void AddTo(RedisHandlers handlers)
    {
        handlers.Add(RedisCommandId.Subscribe, CommandClass.Exclusive, static (connection, request) =>
            Subscribe(connection, request, ChannelKind.Channel));
        handlers.Add(RedisCommandId.PSubscribe, CommandClass.Exclusive, static (connection, request) =>
            Subscribe(connection, request, ChannelKind.Pattern));
        handlers.Add(RedisCommandId.SSubscribe, CommandClass.Exclusive, static (connection, request) =>
            Subscribe(connection, request, ChannelKind.Sharded));
        handlers.Add(RedisCommandId.Unsubscribe, CommandClass.Exclusive, static (connection, request) =>
            Unsubscribe(connection, request, ChannelKind.Channel));
        handlers.Add(RedisCommandId.PUnsubscribe, CommandClass.Exclusive, static (connection, request) =>
            Unsubscribe(connection, request, ChannelKind.Pattern));
        handlers.Add(RedisCommandId.SUnsubscribe, CommandClass.Exclusive, static (connection, request) =>
            Unsubscribe(connection, request, ChannelKind.Sharded));
        handlers.Add(RedisCommandId.Publish, CommandClass.Read, static (connection, request) =>
            Publish(connection, request, ChannelKind.Channel));
        handlers.Add(RedisCommandId.SPublish, CommandClass.Read, static (connection, request) =>
            Publish(connection, request, ChannelKind.Sharded));
        handlers.Add(CommandClass.Read, new SubcommandTable(RedisCommandId.PubSub)
            .Add("CHANNELS", -2, "[<pattern>]", "Lists channels with subscribers.", static (connection, request) =>
                Channels(connection, request, ChannelKind.Channel))
            .Add("NUMPAT", 2, "", "Counts patterns with subscribers.", NumPat)
            .Add("NUMSUB", -2, "[<channel> ...]", "Counts the subscribers of channels, those of patterns not among them.", static (connection, request) =>
                NumSub(connection, request, ChannelKind.Channel))
            .Add("SHARDCHANNELS", -2, "[<pattern>]", "Lists sharded channels with subscribers.", static (connection, request) =>
                Channels(connection, request, ChannelKind.Sharded))
            .Add("SHARDNUMSUB", -2, "[<shardchannel> ...]", "Counts the subscribers of sharded channels.", static (connection, request) =>
                NumSub(connection, request, ChannelKind.Sharded)));
    }

    /// <summary>Whether a RESP2 connection with subscriptions may send a command: it cannot tell other replies from messages.</summary>
    /// <param name="command">The command.</param>
    public static bool MayAlwaysBeUsed(RedisCommandId command) => command
        is RedisCommandId.Subscribe or RedisCommandId.PSubscribe or RedisCommandId.SSubscribe
        or RedisCommandId.Unsubscribe or RedisCommandId.PUnsubscribe or RedisCommandId.SUnsubscribe
        or RedisCommandId.Ping or RedisCommandId.Quit or RedisCommandId.Reset;

    private static void Subscribe(RedisConnection connection, RespRequest request, ChannelKind kind)
    {
        for (var i = 1; i < request.Count; i++)
        {
            if (!IsShortEnough(connection, request[i]))
            {
                return;
            }
        }

        if (kind == ChannelKind.Sharded && !TryPlace(connection, request, request.Count - 1))
        {
            return;
        }

        var subscriptions = connection.Subscribing();
        for (var i = 1; i < request.Count; i++)
        {
            // What comes from now on waits, so the confirmation stands before the first message.
            subscriptions.Add(kind, request[i]);
            Confirm(connection, Word(kind, isEnd: false), request[i], subscriptions.CountFor(kind));
        }
    }

    private static void Unsubscribe(RedisConnection connection, RespRequest request, ChannelKind kind)
    {
        // No redirection for sharded channels: whoever subscribed here may end it here, wherever the slot is read now.
        var subscriptions = connection.Subscriptions;
        var names = new List<byte[]>();
        for (var i = 1; i < request.Count; i++)
        {
            names.Add(request[i].ToArray());
        }

        if (request.Count == 1)
        {
            names.AddRange(subscriptions?.Names(kind) ?? []);
        }

        foreach (var name in names)
        {
            // What came until now goes out first, so nothing stands behind the confirmation.
            subscriptions?.Remove(kind, name);
            connection.SettlePushes();
            Confirm(connection, Word(kind, isEnd: true), name, subscriptions?.CountFor(kind) ?? 0);
        }

        if (names.Count == 0)
        {
            connection.SettlePushes();
            var writer = connection.BeginPush();
            writer.WritePushHeader(3);
            writer.WriteBulk(Word(kind, isEnd: true));
            writer.WriteNull();
            writer.WriteInteger(subscriptions?.CountFor(kind) ?? 0);
            connection.End();
        }
    }

    private static void Confirm(RedisConnection connection, ReadOnlySpan<byte> word, ReadOnlySpan<byte> name, int count)
    {
        var writer = connection.BeginPush();
        writer.WritePushHeader(3);
        writer.WriteBulk(word);
        writer.WriteBulk(name);
        writer.WriteInteger(count);
        connection.End();
    }

    private static ReadOnlySpan<byte> Word(ChannelKind kind, bool isEnd) => (kind, isEnd) switch
    {
        (ChannelKind.Channel, false) => "subscribe"u8,
        (ChannelKind.Channel, true) => "unsubscribe"u8,
        (ChannelKind.Pattern, false) => "psubscribe"u8,
        (ChannelKind.Pattern, true) => "punsubscribe"u8,
        (_, false) => "ssubscribe"u8,
        _ => "sunsubscribe"u8,
    };

    private static void Publish(RedisConnection connection, RespRequest request, ChannelKind kind)
    {
        if (!IsShortEnough(connection, request[1]) || (kind == ChannelKind.Sharded && !TryPlace(connection, request, 1)))
        {
            return;
        }

        var slot = connection.BeginAsking(null, out var tag);
        connection.Listener.PubSub.Publish(kind, request[1], request[2], slot, tag);
        connection.EndAsking(slot, request[1]);
    }

    private static void Channels(RedisConnection connection, RespRequest request, ChannelKind kind)
    {
        if (request.Count > 3)
        {
            connection.ReplyError(RespErrors.SubcommandSyntax(RedisCommandTable.Get(RedisCommandId.PubSub), request[1]));
            return;
        }

        Survey(connection, kind, SurveyForm.Names, request.Count == 3 ? request[2] : "*"u8);
    }

    private static void NumPat(RedisConnection connection, RespRequest request) =>
        Survey(connection, ChannelKind.Pattern, SurveyForm.NumberOfNames, "*"u8);

    private static void Survey(RedisConnection connection, ChannelKind kind, SurveyForm form, ReadOnlySpan<byte> pattern)
    {
        var slot = connection.BeginAsking(null, out var tag);
        connection.Listener.PubSub.Survey(kind, form, pattern, !connection.Listener.Node.RedisCluster, slot, tag);
        connection.EndAsking(slot, pattern);
    }

    private static void NumSub(RedisConnection connection, RespRequest request, ChannelKind kind)
    {
        var names = connection.PackArguments(request, 2);
        var slot = connection.BeginAsking(NamesAndNumbersForm.Instance, out var tag);
        connection.Listener.PubSub.SurveyNames(kind, names, !connection.Listener.Node.RedisCluster, slot, tag);
        connection.EndAsking(slot, default);
    }

    private static bool IsShortEnough(RedisConnection connection, ReadOnlySpan<byte> name)
    {
        if (name.Length <= connection.Listener.Options.MaxChannelBytes)
        {
            return true;
        }

        connection.ReplyError("ERR the name or pattern of a channel is too long"u8);
        return false;
    }

    /// <summary>In cluster mode: whether the sharded channels, from the first argument on, have one slot that this node reads.</summary>
    private static bool TryPlace(RedisConnection connection, RespRequest request, int count)
    {
        if (!connection.Listener.Node.RedisCluster)
        {
            return true;
        }

        var slot = HashSlot.Of(request[1]).Value;
        for (var i = 2; i <= count; i++)
        {
            if (HashSlot.Of(request[i]).Value != slot)
            {
                connection.ReplyError(RespErrors.CrossSlot);
                return false;
            }
        }

        return connection.TryStay(slot);
    }
}
