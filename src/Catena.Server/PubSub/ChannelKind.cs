namespace Catena.Server.PubSub;

/// <summary>What a subscription is to. Part of the peer protocol: values are never reused.</summary>
internal enum ChannelKind : byte
{
    /// <summary>A channel.</summary>
    Channel = 1,

    /// <summary>All channels whose names match a pattern.</summary>
    Pattern = 2,

    /// <summary>A sharded channel: one that, like a key, has a slot.</summary>
    Sharded = 3,
}
