using System.Buffers;
using Catena.Core.Primitives;
using Catena.Server.Routing;

namespace Catena.Server.PubSub;

/// <summary>Something that several nodes were asked, until the last of them has answered or was given up.</summary>
/// <remarks>Thread-safe. Each node's answer is taken once; the result goes out once, on the thread that closed the last gap.</remarks>
internal abstract class PeerQuestion
{
    private readonly Lock _sync = new();
    private readonly List<NodeId> _open = [];
    private readonly ICommandSink _sink;
    private readonly long _tag;
    private bool _isAsked;
    private bool _isDone;

    /// <summary>A question that nobody was asked yet.</summary>
    /// <param name="deadline">When nodes that have not answered are given up.</param>
    /// <param name="sink">Where the result goes.</param>
    /// <param name="tag">Handed back with the result.</param>
    protected PeerQuestion(long deadline, ICommandSink sink, long tag)
    {
        Deadline = deadline;
        _sink = sink;
        _tag = tag;
    }

    /// <summary>When nodes that have not answered are given up.</summary>
    public long Deadline { get; }

    /// <summary>Says that a node is asked.</summary>
    /// <param name="peer">The node.</param>
    public void Expect(NodeId peer)
    {
        lock (_sync)
        {
            _open.Add(peer);
        }
    }

    /// <summary>Says that all nodes were asked.</summary>
    /// <returns>Whether that made the question done.</returns>
    public bool AllAsked()
    {
        lock (_sync)
        {
            _isAsked = true;
            if (!IsComplete())
            {
                return false;
            }
        }

        Finish();
        return true;
    }

    /// <summary>Takes a node's answer.</summary>
    /// <param name="peer">The node.</param>
    /// <param name="answer">Its answer.</param>
    /// <returns>Whether that made the question done.</returns>
    public bool Answer(NodeId peer, PubSubFrame answer)
    {
        lock (_sync)
        {
            if (!_open.Remove(peer))
            {
                return false;
            }

            Take(answer);
            if (!IsComplete())
            {
                return false;
            }
        }

        Finish();
        return true;
    }

    /// <summary>Waits no longer for a node.</summary>
    /// <param name="peer">The node.</param>
    /// <returns>Whether that made the question done.</returns>
    public bool GiveUp(NodeId peer)
    {
        lock (_sync)
        {
            if (!_open.Remove(peer) || !IsComplete())
            {
                return false;
            }
        }

        Finish();
        return true;
    }

    /// <summary>The nodes that have not answered yet.</summary>
    public NodeId[] Open()
    {
        lock (_sync)
        {
            return [.. _open];
        }
    }

    /// <summary>Adds an answer to the result; one at a time.</summary>
    /// <param name="answer">The answer, well formed but for the lists in it.</param>
    protected abstract void Take(PubSubFrame answer);

    /// <summary>Writes the result; called once, after the last answer.</summary>
    /// <param name="output">Where to.</param>
    protected abstract void WriteResult(IBufferWriter<byte> output);

    private bool IsComplete()
    {
        if (!_isAsked || _isDone || _open.Count > 0)
        {
            return false;
        }

        _isDone = true;
        return true;
    }

    private void Finish()
    {
        var result = new ArrayBufferWriter<byte>(16);
        WriteResult(result);
        _sink.Complete(_tag, result.WrittenSpan);
    }
}
