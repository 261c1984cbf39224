using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Server.Listeners;
using Catena.Server.PubSub;
using Catena.Server.Routing;

namespace Catena.Server.Tests.PubSub;

/// <summary>Messages between nodes, whatever becomes of the nodes.</summary>
public sealed class PubSubBusTests
{
    [Fact]
    public async Task A_message_reaches_subscribers_of_every_node_and_all_are_counted()
    {
        using var network = new FakeNetwork(3);
        var (one, two, three) = (new Recorder(), new Recorder(), new Recorder());
        network[0].Hub.Channels.Add("c"u8, one);
        network[1].Hub.Channels.Add("c"u8, two);
        network[2].Hub.Patterns.Add("*"u8, three);
        Assert.Equal(3, await PublishAsync(network[1], "c", "m"));
        Assert.Equal([">3 $7 message $1 c $1 m "], one.Messages);
        Assert.Equal([">3 $7 message $1 c $1 m "], two.Messages);
        Assert.Equal([">4 $8 pmessage $1 * $1 c $1 m "], three.Messages);
        Assert.Equal(0, await PublishAsync(network[0], "c", "m", ChannelKind.Sharded));
        Assert.Equal(1, await PublishAsync(network[0], "other", "m"));
    }

    [Fact]
    public async Task What_one_publishes_is_heard_in_its_order_at_every_node()
    {
        using var network = new FakeNetwork(3);
        Recorder[] recorders = [new(), new(), new()];
        for (var node = 0; node < 3; node++)
        {
            network[node].Hub.Channels.Add("c"u8, recorders[node]);
        }

        const int Messages = 2000;
        var sinks = Enumerable.Range(0, 3).Select(_ => new Sink()).ToArray();
        var publishers = Enumerable.Range(0, 3).Select(node => new Thread(() =>
        {
            for (var i = 0; i < Messages; i++)
            {
                network[node].Publish(ChannelKind.Channel, "c"u8, Encoding.ASCII.GetBytes($"{node}:{i}"), sinks[node], i);
            }
        })).ToList();
        publishers.ForEach(publisher => publisher.Start());
        publishers.ForEach(publisher => publisher.Join());
        await Wait.UntilAsync(() => sinks.All(sink => sink.Results.Count == Messages), "all are counted");
        Assert.All(sinks, sink => Assert.All(sink.Results, result => Assert.Equal(3, result.Value)));
        foreach (var recorder in recorders)
        {
            for (var node = 0; node < 3; node++)
            {
                var heard = recorder.Messages.Select(message => message.Split(' ')[6]).Where(text => text.StartsWith($"{node}:", StringComparison.Ordinal));
                Assert.Equal(Enumerable.Range(0, Messages).Select(i => $"{node}:{i}"), heard);
            }
        }
    }

    [Fact]
    public async Task A_node_that_is_paused_delays_one_publisher_once_and_gets_its_messages_when_it_goes_on()
    {
        using var network = new FakeNetwork(3, new ListenerOptions { PublishPatience = TimeSpan.FromMilliseconds(100) });
        var (here, there) = (new Recorder(), new Recorder());
        network[0].Hub.Channels.Add("c"u8, here);
        network[2].Hub.Channels.Add("c"u8, there);
        network.Pause(2, true);
        Assert.Equal(1, await PublishAsync(network[0], "c", "m1"));
        var sink = new Sink();
        network[0].Publish(ChannelKind.Channel, "c"u8, "m2"u8, sink, 1);
        await Wait.UntilAsync(() => sink.Results.Count == 1, "the second is counted");
        Assert.Contains("catena_pubsub_late_total 1\n", network.MetricsOf(0).Print(), StringComparison.Ordinal);
        Assert.Empty(there.Messages);

        network.Pause(2, false);
        await Wait.UntilAsync(() => there.Messages.Count == 2, "the paused node has caught up");
        await Wait.UntilAsync(
            () =>
            {
                network[0].Publish(ChannelKind.Channel, "c"u8, "m3"u8, sink, 2);
                return sink.Results.Any(result => result.Value == 2);
            },
            "it is waited for again");
    }

    [Fact]
    public async Task A_node_that_cannot_be_reached_counts_nothing_and_its_messages_are_counted_as_dropped()
    {
        using var network = new FakeNetwork(3);
        network[1].Hub.Channels.Add("c"u8, new Recorder());
        network[2].Hub.Channels.Add("c"u8, new Recorder());
        network.Cut(2, true);
        Assert.Equal(1, await PublishAsync(network[0], "c", "m"));
        Assert.Contains("catena_pubsub_dropped_total 1\n", network.MetricsOf(0).Print(), StringComparison.Ordinal);
        network.Cut(2, false);
        Assert.Equal(2, await PublishAsync(network[0], "c", "m"));
    }

    [Fact]
    public async Task An_answer_to_an_earlier_life_of_the_node_counts_for_nothing()
    {
        using var network = new FakeNetwork(2, new ListenerOptions { PublishPatience = TimeSpan.FromSeconds(60) });
        network.Pause(1, true);
        var sink = new Sink();
        network[0].Publish(ChannelKind.Channel, "c"u8, "m"u8, sink, 1);
        var receipt = new ArrayBufferWriter<byte>();
        PubSubFrame.WriteReceipt(receipt, 1, 7);
        Assert.True(network[0].Receive(new NodeId(2), receipt.WrittenSpan));
        Assert.Empty(sink.Results);
        network.Pause(1, false);
        await Wait.UntilAsync(() => sink.Results.Count == 1, "the message is counted");
        Assert.Equal((1, 0), sink.Results.Single());
    }

    [Fact]
    public async Task A_node_that_is_lost_is_not_waited_for()
    {
        using var network = new FakeNetwork(2, new ListenerOptions { PublishPatience = TimeSpan.FromSeconds(60) });
        network.Pause(1, true);
        var sink = new Sink();
        network[0].Publish(ChannelKind.Channel, "c"u8, "m"u8, sink, 5);
        Assert.Empty(sink.Results);
        network[0].PeerLost(new NodeId(2));
        Assert.Equal([(5, 0)], sink.Results);
        network.Pause(1, false);
        await Wait.UntilAsync(() => network.MetricsOf(1).Print().Contains("received_total 1\n", StringComparison.Ordinal), "the late frame has arrived");
        Assert.Single(sink.Results);
    }

    [Fact]
    public async Task Surveys_add_up_what_every_node_knows()
    {
        using var network = new FakeNetwork(3);
        var recorder = new Recorder();
        network[0].Hub.Channels.Add("a1"u8, recorder);
        network[1].Hub.Channels.Add("a1"u8, recorder);
        network[1].Hub.Channels.Add("a2"u8, new Recorder());
        network[2].Hub.Channels.Add("b"u8, recorder);
        network[0].Hub.Patterns.Add("p*"u8, recorder);
        network[2].Hub.Patterns.Add("p*"u8, recorder);
        network[2].Hub.Patterns.Add("q*"u8, recorder);

        Assert.Equal("a1 a2", await SurveyAsync((sink, tag) => network[2].Survey(ChannelKind.Channel, SurveyForm.Names, "a*"u8, true, sink, tag)));
        Assert.Equal("b", await SurveyAsync((sink, tag) => network[2].Survey(ChannelKind.Channel, SurveyForm.Names, "*"u8, false, sink, tag)));
        Assert.Equal("2", await SurveyAsync((sink, tag) => network[1].Survey(ChannelKind.Pattern, SurveyForm.NumberOfNames, "*"u8, true, sink, tag)));
        var names = new PooledBuffer();
        foreach (var name in new[] { "a1", "none", "a1" })
        {
            PackedList.Add(names, Encoding.ASCII.GetBytes(name));
        }

        Assert.Equal(
            "a1 2 none 0 a1 2",
            await SurveyAsync((sink, tag) => network[2].SurveyNames(ChannelKind.Channel, names.Written, true, sink, tag), isSorted: false));
        names.Release();
    }

    [Fact]
    public void A_subscriber_that_unsubscribes_while_messages_come_gets_none_afterwards()
    {
        var table = new SubscriptionTable(4);
        var stop = false;
        var publisher = new Thread(() =>
        {
            while (!Volatile.Read(ref stop))
            {
                table.Deliver("c"u8, ">1"u8);
            }
        });
        publisher.Start();
        for (var round = 0; round < 20_000; round++)
        {
            var recorder = new Recorder();
            table.Add("c"u8, recorder);
            table.Remove("c"u8, recorder);
            recorder.IsOver = true;
            Assert.False(recorder.WasLate);
        }

        Volatile.Write(ref stop, true);
        publisher.Join();
        Assert.Equal(0, table.Count);
    }

    private static async Task<long> PublishAsync(PubSubBus bus, string channel, string message, ChannelKind kind = ChannelKind.Channel)
    {
        var sink = new Sink();
        bus.Publish(kind, Encoding.ASCII.GetBytes(channel), Encoding.ASCII.GetBytes(message), sink, 1);
        await Wait.UntilAsync(() => sink.Results.Count == 1, "the message is counted");
        return sink.Results.Single().Value;
    }

    private static async Task<string> SurveyAsync(Action<ICommandSink, long> ask, bool isSorted = true)
    {
        var sink = new Sink();
        ask(sink, 1);
        await Wait.UntilAsync(() => sink.Texts.Count == 1, "the survey is over");
        var words = sink.Texts.Single().Split(' ');
        return string.Join(' ', isSorted ? [.. words.Order(StringComparer.Ordinal)] : words);
    }

    private sealed class Recorder : ISubscriber
    {
        public ConcurrentQueue<string> Messages { get; } = new();

        public volatile bool IsOver;

        public volatile bool WasLate;

        public bool Push(ReadOnlySpan<byte> message)
        {
            WasLate |= IsOver;
            Messages.Enqueue(Encoding.ASCII.GetString(message).Replace("\r\n", " ", StringComparison.Ordinal));
            return true;
        }
    }

    private sealed class Sink : ICommandSink
    {
        public ConcurrentQueue<(long Tag, long Value)> Results { get; } = new();

        public ConcurrentQueue<string> Texts { get; } = new();

        public void Complete(long tag, ReadOnlySpan<byte> result)
        {
            var reader = new ResultReader(result);
            var items = new List<string>();
            for (var i = 0; i < reader.Count; i++)
            {
                reader.ReadItem(out var item);
                items.Add(Encoding.ASCII.GetString(item));
            }

            Results.Enqueue((tag, reader.Integer));
            Texts.Enqueue(reader.Kind == ResultKind.Integer ? $"{reader.Integer}" : string.Join(' ', items));
        }
    }
}
