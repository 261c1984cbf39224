namespace Catena.Server.PubSub;

/// <summary>What a frame about publishing is. Part of the peer protocol: values are never reused.</summary>
internal enum PubSubFrameKind : byte
{
    /// <summary>A message to a channel.</summary>
    Publish = 1,

    /// <summary>How many took a message.</summary>
    Receipt = 2,

    /// <summary>A question about subscriptions.</summary>
    Survey = 3,

    /// <summary>The answer to a question about subscriptions.</summary>
    Answer = 4,
}
