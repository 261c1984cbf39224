namespace Catena.Server.PubSub;

/// <summary>Takes the messages of the channels that it has subscribed to.</summary>
internal interface ISubscriber
{
    /// <summary>Takes one message; called on any thread, under the lock of the channel: it copies what it needs, and neither blocks nor calls back.</summary>
    /// <param name="message">The message as a push of RESP3; in RESP2 only its first byte is another.</param>
    /// <returns>Whether it was taken; false where the subscriber is on its way out.</returns>
    bool Push(ReadOnlySpan<byte> message);
}
