using Catena.ZooKeeper.Jute;
using Catena.ZooKeeper.Protocol;

namespace Catena.ZooKeeper.Client;

/// <summary>A request that waits for its reply.</summary>
/// <param name="type">What it asks for.</param>
/// <param name="path">The path it is about, as its caller gave it.</param>
/// <param name="write">Writes its body.</param>
internal abstract class PendingRequest(OpCode type, string? path, Action<JuteWriter> write)
{
    /// <summary>What it asks for.</summary>
    public OpCode Type => type;

    /// <summary>The path it is about, as its caller gave it.</summary>
    public string? Path => path;

    /// <summary>Its number in its connection.</summary>
    public int Xid { get; set; }

    /// <summary>The place of its first byte among all that the connection sends.</summary>
    public long Start { get; set; }

    /// <summary>Writes its body.</summary>
    /// <param name="writer">Takes it.</param>
    public void WriteBody(JuteWriter writer) => write(writer);

    /// <summary>Hands the reply to whoever waits; runs in the reader, before the next frame is read.</summary>
    /// <param name="error">The reply's code.</param>
    /// <param name="body">Stands behind the reply's header.</param>
    /// <returns>False where the body could not be decoded; nobody was told then.</returns>
    public abstract bool TryComplete(ErrorCode error, ref JuteReader body);

    /// <summary>Hands a failure to whoever waits.</summary>
    /// <param name="failure">What happened.</param>
    public abstract void Fail(Exception failure);
}
