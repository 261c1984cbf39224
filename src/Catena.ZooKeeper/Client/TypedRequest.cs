using Catena.ZooKeeper.Jute;
using Catena.ZooKeeper.Protocol;

namespace Catena.ZooKeeper.Client;

/// <summary>A request with a reply of some type.</summary>
/// <typeparam name="T">The reply's type.</typeparam>
/// <param name="type">What it asks for.</param>
/// <param name="path">The path it is about, as its caller gave it.</param>
/// <param name="write">Writes its body.</param>
/// <param name="decode">Reads the reply's body.</param>
internal sealed class TypedRequest<T>(OpCode type, string? path, Action<JuteWriter> write, ReplyDecoder<T> decode)
    : PendingRequest(type, path, write)
{
    private readonly TaskCompletionSource<T> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends with the reply or with a failure; continuations never run in the reader.</summary>
    public Task<T> Outcome => _outcome.Task;

    /// <summary>A code that counts as a reply and not as a failure.</summary>
    public ErrorCode Tolerated { get; init; }

    /// <summary>Runs in the reader when the reply has come, before its caller hears of it: the place to set watches.</summary>
    public Action<ErrorCode>? OnReply { get; init; }

    /// <inheritdoc />
    public override bool TryComplete(ErrorCode error, ref JuteReader body)
    {
        if (error != ErrorCode.Ok && error != Tolerated)
        {
            OnReply?.Invoke(error);
            _outcome.TrySetException(ZooKeeperException.Of(error, Path));
            return true;
        }

        var reply = decode(error, ref body);
        if (!body.IsValid)
        {
            return false;
        }

        OnReply?.Invoke(error);
        _outcome.TrySetResult(reply);
        return true;
    }

    /// <inheritdoc />
    public override void Fail(Exception failure) => _outcome.TrySetException(failure);
}
