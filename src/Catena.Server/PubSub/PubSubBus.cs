using System.Buffers;
using System.Collections.Concurrent;
using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Server.Listeners;
using Catena.Server.Metrics;
using Catena.Server.Routing;

namespace Catena.Server.PubSub;

/// <summary>Published messages across the cluster: each goes to the subscribers of this node and, as one frame, to every other node.</summary>
/// <remarks>
/// <para>
/// <b>Promise.</b> At most once, as in Redis: a message is not stored, and is lost for a node that cannot be reached or for which too much
/// waits, and for a subscriber that was cut off. What one client publishes reaches each subscriber in its order, since frames of one
/// lane do and are given out on the thread that reads them. Whoever has been told of its subscription gets every message
/// published after that, at whichever node: nodes do not track who listens where, so there is no table that could lag behind.
/// </para>
/// <para>
/// <b>Counting.</b> Every node answers with how many of its clients took the message. One that does not answer in time counts nothing and, until
/// it is heard of again, is not waited for, so a paused node delays publishers once and not with every message.
/// </para>
/// <para>Thread-safe. Nothing blocks.</para>
/// </remarks>
internal sealed class PubSubBus
{
    /// <summary>The longest answer to a survey; more is refused rather than cut.</summary>
    private const int MaxAnswerBytes = 16 << 20;

    private const long SurveyInterval = 20_000_000;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _scratch;

    private readonly IPubSubPort _port;
    private readonly ListenerOptions _options;
    private readonly Func<long> _now;
    private readonly ConcurrentDictionary<ulong, PeerQuestion> _questions = new();
    private readonly ConcurrentDictionary<NodeId, bool> _late = new();
    private int _open;
    private ulong _lastId;
    private long _nextLook;

    /// <summary>A bus without subscriptions.</summary>
    /// <param name="port">The way to other nodes.</param>
    /// <param name="incarnation">This node's life; answers to questions of an earlier one are told apart by it.</param>
    /// <param name="options">Patience and limits.</param>
    /// <param name="metrics">Where its figures are listed.</param>
    /// <param name="now">The monotonic clock, in nanoseconds.</param>
    public PubSubBus(IPubSubPort port, ulong incarnation, ListenerOptions options, MetricsRegistry metrics, Func<long> now)
    {
        _port = port;
        _options = options;
        _now = now;
        _lastId = incarnation << 40;
        Metrics = new PubSubMetrics(metrics, Hub);
    }

    /// <summary>The subscriptions of this node's clients.</summary>
    public PubSubHub Hub { get; } = new();

    /// <summary>What is counted.</summary>
    public PubSubMetrics Metrics { get; }

    private static ArrayBufferWriter<byte> Scratch
    {
        get
        {
            const int KeptBytes = 1 << 20;
            var scratch = _scratch is { Capacity: <= KeptBytes } kept ? kept : _scratch = new ArrayBufferWriter<byte>(1024);
            scratch.ResetWrittenCount();
            return scratch;
        }
    }

    /// <summary>Publishes a message; how many clients took it comes to the sink as a number.</summary>
    /// <param name="kind">Whether the channel is sharded.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="message">The message.</param>
    /// <param name="sink">Where the number goes, now or later.</param>
    /// <param name="tag">Handed back with it.</param>
    public void Publish(ChannelKind kind, ReadOnlySpan<byte> channel, ReadOnlySpan<byte> message, ICommandSink sink, long tag)
    {
        Metrics.Published.Increment();
        var here = Hub.Deliver(kind, channel, message);
        Metrics.Delivered.Add(here);
        var id = Interlocked.Increment(ref _lastId);
        var scratch = Scratch;
        PubSubFrame.WritePublish(scratch, id, kind, channel, message);
        Ask(id, new ReceiptQuestion(here, Deadline(), sink, tag), scratch.WrittenSpan, isMessage: true);
    }

    /// <summary>Asks who listens to channels that match a pattern.</summary>
    /// <param name="kind">The kind of channels.</param>
    /// <param name="form">What is told of them.</param>
    /// <param name="pattern">The pattern.</param>
    /// <param name="everywhere">Whether other nodes are asked, too.</param>
    /// <param name="sink">Where the result goes, now or later.</param>
    /// <param name="tag">Handed back with it.</param>
    public void Survey(ChannelKind kind, SurveyForm form, ReadOnlySpan<byte> pattern, bool everywhere, ICommandSink sink, long tag)
    {
        var question = new SurveyQuestion(form, Deadline(), sink, tag);
        foreach (var (name, count) in Hub.TableOf(kind).Find(pattern))
        {
            question.Add(name, count);
        }

        Survey(kind, question, hasNames: false, pattern, everywhere);
    }

    /// <summary>Asks how many listen to each of some channels.</summary>
    /// <param name="kind">The kind of channels.</param>
    /// <param name="names">Their names, as a <see cref="PackedList" />.</param>
    /// <param name="everywhere">Whether other nodes are asked, too.</param>
    /// <param name="sink">Where the list goes, now or later.</param>
    /// <param name="tag">Handed back with it.</param>
    public void SurveyNames(ChannelKind kind, ReadOnlySpan<byte> names, bool everywhere, ICommandSink sink, long tag)
    {
        var question = new SurveyQuestion(SurveyForm.NamesAndCounts, Deadline(), sink, tag);
        var unique = new ArrayBufferWriter<byte>(names.Length + 1);
        foreach (var name in new PackedList(names))
        {
            if (question.Has(name))
            {
                question.Repeat(name);
            }
            else
            {
                question.Add(name, Hub.TableOf(kind).CountOf(name));
                PackedList.Add(unique, name);
            }
        }

        Survey(kind, question, hasNames: true, unique.WrittenSpan, everywhere);
    }

    /// <summary>Takes a frame of another node.</summary>
    /// <param name="from">The node.</param>
    /// <param name="payload">The frame's payload.</param>
    /// <returns>False where it is malformed.</returns>
    public bool Receive(NodeId from, ReadOnlySpan<byte> payload)
    {
        if (!PubSubFrame.TryRead(payload, out var frame))
        {
            return false;
        }

        switch (frame.Kind)
        {
            case PubSubFrameKind.Publish:
                Metrics.Received.Increment();
                var count = Hub.Deliver(frame.Channels, frame.Channel, frame.Body);
                Metrics.Delivered.Add(count);
                var scratch = Scratch;
                PubSubFrame.WriteReceipt(scratch, frame.Id, count);
                _port.TrySend(from, scratch.WrittenSpan, int.MaxValue);
                break;
            case PubSubFrameKind.Survey:
                AnswerSurvey(from, frame);
                break;
            default:
                _late.TryRemove(from, out _);
                if (_questions.TryGetValue(frame.Id, out var question) && question.Answer(from, frame))
                {
                    Close(frame.Id);
                }

                break;
        }

        return true;
    }

    /// <summary>Takes the word that whatever was sent to a node may be lost, with its answers.</summary>
    /// <param name="peer">The node.</param>
    public void PeerLost(NodeId peer)
    {
        _late.TryRemove(peer, out _);
        foreach (var (id, question) in _questions)
        {
            GiveUp(id, question, peer);
        }
    }

    /// <summary>Gives nodes up that have not answered in time; called every few milliseconds by one thread.</summary>
    public void Tick()
    {
        var now = _now();
        if (Volatile.Read(ref _open) == 0 || now < _nextLook)
        {
            return;
        }

        _nextLook = now + SurveyInterval;
        foreach (var (id, question) in _questions)
        {
            if (question.Deadline > now)
            {
                continue;
            }

            foreach (var peer in question.Open())
            {
                Metrics.Late.Increment();
                _late[peer] = true;
                GiveUp(id, question, peer);
            }
        }
    }

    private long Deadline() => _now() + (long)_options.PublishPatience.TotalNanoseconds;

    private void Survey(ChannelKind kind, SurveyQuestion question, bool hasNames, ReadOnlySpan<byte> patternOrNames, bool everywhere)
    {
        var id = Interlocked.Increment(ref _lastId);
        var scratch = Scratch;
        if (everywhere)
        {
            PubSubFrame.WriteSurvey(scratch, id, kind, hasNames, patternOrNames);
        }

        Ask(id, question, scratch.WrittenSpan, isMessage: false);
    }

    /// <summary>Sends a frame to every node, and lets the question wait for those from whom an answer is to be expected.</summary>
    private void Ask(ulong id, PeerQuestion question, ReadOnlySpan<byte> frame, bool isMessage)
    {
        var peers = frame.IsEmpty ? [] : _port.Peers;
        if (!peers.IsEmpty)
        {
            _questions[id] = question;
            Interlocked.Increment(ref _open);
        }

        foreach (var peer in peers)
        {
            var isExpected = !_late.ContainsKey(peer);
            if (isExpected)
            {
                // Before it is sent: the answer may be faster than this thread.
                question.Expect(peer);
            }

            if (!_port.TrySend(peer, frame, _options.MaxPublishBytesQueued))
            {
                Metrics.Dropped.Add(isMessage ? 1 : 0);
                question.GiveUp(peer);
            }
        }

        if (question.AllAsked() && !peers.IsEmpty)
        {
            Close(id);
        }
    }

    private void GiveUp(ulong id, PeerQuestion question, NodeId peer)
    {
        if (question.GiveUp(peer))
        {
            Close(id);
        }
    }

    private void Close(ulong id)
    {
        if (_questions.TryRemove(id, out _))
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private void AnswerSurvey(NodeId from, PubSubFrame survey)
    {
        var table = Hub.TableOf(survey.Channels);
        var counts = new ArrayBufferWriter<byte>(256);
        var isCut = false;
        if (survey.Flag)
        {
            foreach (var name in new PackedList(survey.Channel))
            {
                Add(name, table.CountOf(name));
            }
        }
        else
        {
            foreach (var (name, count) in table.Find(survey.Channel))
            {
                Add(name, count);
            }
        }

        var answer = new ArrayBufferWriter<byte>(counts.WrittenCount + 16);
        PubSubFrame.WriteAnswerHead(answer, survey.Id, isCut);
        answer.Write(counts.WrittenSpan);
        _port.TrySend(from, answer.WrittenSpan, int.MaxValue);

        void Add(ReadOnlySpan<byte> name, int count)
        {
            isCut |= counts.WrittenCount + name.Length > MaxAnswerBytes;
            if (!isCut && count > 0)
            {
                PubSubFrame.WriteCount(counts, name, count);
            }
        }
    }
}
