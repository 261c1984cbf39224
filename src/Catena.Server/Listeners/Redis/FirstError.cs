using Catena.Core.Data;
using Catena.Protocols.Resp;

namespace Catena.Server.Listeners.Redis;

/// <summary>The first error among the results of one request, which then is its reply.</summary>
internal sealed class FirstError
{
    private ErrorCode _code;
    private byte[] _text = [];

    /// <summary>Whether there was one.</summary>
    public bool IsSet { get; private set; }

    /// <summary>Keeps an error unless there is one already.</summary>
    /// <param name="code">Its code.</param>
    /// <param name="text">Its text.</param>
    public void Set(ErrorCode code, ReadOnlySpan<byte> text)
    {
        if (!IsSet)
        {
            IsSet = true;
            _code = code;
            _text = text.ToArray();
        }
    }

    /// <summary>Writes it.</summary>
    /// <param name="writer">Where to.</param>
    public void Write(RespWriter writer) => RedisResults.WriteError(writer, _code, _text);
}
