using System.Net;
using System.Net.Sockets;
using Catena.Server.Loops;
using Catena.Server.Platform;

namespace Catena.Server.Tests.Loops;

public sealed class EventLoopTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void What_is_posted_is_done_on_the_loops_thread()
    {
        using var loop = new EventLoop("loop", new Turns());
        using var task = new CountingTask(loop);
        loop.Start();
        task.Signal();
        Assert.True(task.Ran.Wait(Patience, TestContext.Current.CancellationToken));
        Assert.True(task.RanOnLoop);
        Assert.False(loop.IsCurrent);
    }

    /// <summary>A loop that wakes with the first of many results finds little to do and takes the processor from whoever makes the rest.</summary>
    [Fact]
    public void Who_posts_in_a_turn_wakes_at_its_end()
    {
        var turns = new Turns();
        using var loop = new EventLoop("loop", turns);
        using var first = new CountingTask(loop);
        using var second = new CountingTask(loop);
        loop.Start();
        Assert.True(SpinWait.SpinUntil(() => loop.IsAsleep, Patience));
        turns.IsInTurn = true;
        first.Signal();
        second.Signal();

        // One that had been woken would not sleep again before it had done what was posted.
        Assert.Equal((true, 0, 0), (loop.IsAsleep, first.Ran.CurrentCount, second.Ran.CurrentCount));
        EventLoop.WakeHeld();
        Assert.True(first.Ran.Wait(Patience, TestContext.Current.CancellationToken));
        Assert.True(second.Ran.Wait(Patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void It_looks_out_long_for_one_client_that_asks_quickly_and_sleeps_where_there_are_many()
    {
        using var loop = new EventLoop("loop", new Turns());
        loop.LookOutForClients((long)(10 * Patience).TotalNanoseconds);
        loop.Start();
        using var client = new Echo(loop);
        for (var count = 0; count < 16; count++)
        {
            client.Ask();
        }

        Assert.False(SpinWait.SpinUntil(() => loop.IsAsleep, TimeSpan.FromMilliseconds(100)));
        var others = Enumerable.Range(0, SpinPace.FewClients).Select(_ => new Echo(loop)).ToList();

        // What it looks out for comes, and it does not begin anew.
        client.Ask();
        Assert.True(SpinWait.SpinUntil(() => loop.IsAsleep, Patience));
        others.ForEach(other => other.Dispose());
    }

    /// <summary>Who comes too late for a turn that ends with a wait for the disk waits for that one, too.</summary>
    [Theory]
    [InlineData(true, "first, second, end")]
    [InlineData(false, "first, end, second, end")]
    public void A_loop_that_waits_for_the_disk_takes_who_asks_before_the_turn_ends(bool waitsForDisk, string expected)
    {
        var turns = new Turns();
        using var loop = new EventLoop("loop", turns, waitsForDisk);
        using var first = new Echo(loop);
        using var second = new Echo(loop);
        loop.Start();

        // That they are attached is no news any more.
        first.Ask();
        second.Ask();
        using var isFirstUnderWay = new SemaphoreSlim(0);
        using var hasSecondAsked = new SemaphoreSlim(0);
        var order = new List<string>();
        first.Received = () =>
        {
            order.Add("first");
            isFirstUnderWay.Release();
            hasSecondAsked.Wait(Patience);
        };
        second.Received = () => order.Add("second");
        turns.Ended = () =>
        {
            if (order.Count > 0)
            {
                order.Add("end");
            }
        };
        first.Send();
        Assert.True(isFirstUnderWay.Wait(Patience, TestContext.Current.CancellationToken));
        second.Send();
        hasSecondAsked.Release();
        first.Take();
        second.Take();
        loop.Dispose();
        Assert.StartsWith(expected, string.Join(", ", order), StringComparison.Ordinal);
    }

    /// <summary>However often it has looked in vain, where the node says that more is to come.</summary>
    [Fact]
    public void A_loop_that_waits_for_the_disk_does_not_end_a_turn_while_clients_are_awaited()
    {
        var turns = new Turns();
        using var hasLooked = new SemaphoreSlim(0);
        using var loop = new EventLoop("loop", turns, waitsForDisk: true);
        using var first = new Echo(loop);
        using var second = new Echo(loop);
        var order = new List<string>();
        loop.Start();
        first.Ask();
        second.Ask();
        first.Received = () => order.Add("first");
        second.Received = () => order.Add("second");
        turns.Ended = () =>
        {
            if (order.Count > 0)
            {
                order.Add("end");
            }
        };
        var looks = 0;
        turns.Gathers = () =>
        {
            if (order is ["first"] && ++looks == 100)
            {
                hasLooked.Release();
            }

            return order is ["first"];
        };
        first.Send();
        Assert.True(hasLooked.Wait(Patience, TestContext.Current.CancellationToken));
        second.Send();
        first.Take();
        second.Take();
        loop.Dispose();
        Assert.StartsWith("first, second, end", string.Join(", ", order), StringComparison.Ordinal);
    }

    /// <summary>Who has something for the loop to do does not wait for clients.</summary>
    [Fact]
    public void What_is_posted_ends_the_wait_for_clients()
    {
        var turns = new Turns();
        using var isAwaited = new SemaphoreSlim(0);
        using var loop = new EventLoop("loop", turns, waitsForDisk: true);
        using var client = new Echo(loop);
        using var task = new CountingTask(loop);
        loop.Start();
        client.Ask();
        var isOver = false;
        turns.Gathers = () =>
        {
            isAwaited.Release();
            return !isOver && task.Ran.CurrentCount == 0;
        };
        client.Send();
        Assert.True(isAwaited.Wait(Patience, TestContext.Current.CancellationToken));
        task.Signal();
        var hasRun = SpinWait.SpinUntil(() => task.Ran.CurrentCount > 0, Patience);
        isOver = true;
        loop.Dispose();
        Assert.True(hasRun);
    }

    /// <summary>Two of whom each asks as soon as the other has been heard do not put the end of a turn off for ever.</summary>
    [Fact]
    public void It_looks_eight_times_in_a_turn_at_most()
    {
        var turns = new Turns();
        using var loop = new EventLoop("loop", turns, waitsForDisk: true);
        using var first = new Echo(loop);
        using var second = new Echo(loop);
        using var ended = new SemaphoreSlim(0);
        var (heard, heardInTurn) = (0, 0);
        loop.Start();
        first.Ask();
        second.Ask();
        first.Received = () => Answer(second);
        second.Received = () => Answer(first);
        turns.Ended = () =>
        {
            if (heard > 0 && heardInTurn == 0)
            {
                heardInTurn = heard;
                ended.Release();
            }
        };
        first.Send();
        Assert.True(ended.Wait(Patience, TestContext.Current.CancellationToken));
        loop.Dispose();
        Assert.Equal(8, heardInTurn);

        void Answer(Echo other)
        {
            if (++heard < 100)
            {
                other.Send();
            }
        }
    }

    [Theory]
    [InlineData(16, 16, true, "settled, answered, ended")]
    [InlineData(16, 15, true, "settled, ended, answered")]
    [InlineData(15, 15, true, "ended, answered")]
    [InlineData(16, 16, false, "ended, answered")]
    public void Answers_for_many_go_out_before_the_wait_for_the_disk(int clients, int answered, bool waitsForDisk, string expected)
    {
        var turns = new Turns();
        using var loop = new EventLoop("loop", turns, waitsForDisk);
        var all = Enumerable.Range(0, clients).Select(_ => new Echo(loop)).ToList();
        var answers = Enumerable.Range(0, answered).Select(_ => new CountingTask(loop)).ToList();
        var order = new List<string>();
        answers[^1].Done = () => order.Add("answered");
        turns.Settled = () => Note("settled");
        turns.Ended = () => Note("ended");
        loop.Start();
        Assert.True(answers[^1].Ran.Wait(Patience, TestContext.Current.CancellationToken));
        loop.Dispose();
        Assert.StartsWith(expected, string.Join(", ", order), StringComparison.Ordinal);
        all.ForEach(client => client.Dispose());
        answers.ForEach(answer => answer.Dispose());

        void Note(string step)
        {
            if (order.Count == 0)
            {
                answers.ForEach(answer => answer.Signal());
            }

            order.Add(step);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_loop_that_waits_for_the_disk_does_not_sleep_while_it_owes_a_turn(bool waitsForDisk)
    {
        var turns = new Turns();
        var ended = 0;
        turns.Ended = () => ended++;
        turns.Owes = () => Volatile.Read(ref ended) < 5;
        using var loop = new EventLoop("loop", turns, waitsForDisk);
        loop.Start();
        Assert.True(SpinWait.SpinUntil(() => loop.IsAsleep, Patience));
        Assert.Equal(waitsForDisk ? 5 : 0, Volatile.Read(ref ended));
    }

    [Fact]
    public void It_does_not_look_out_for_others_than_clients()
    {
        using var loop = new EventLoop("loop", new Turns());
        loop.LookOutForClients((long)(10 * Patience).TotalNanoseconds);
        loop.Start();
        using var idle = new Echo(loop);
        using var peer = new Echo(loop, isOfClient: false);
        for (var count = 0; count < 16; count++)
        {
            peer.Ask();
        }

        Assert.True(SpinWait.SpinUntil(() => loop.IsAsleep, Patience));
    }

    /// <summary>Its descriptors have numbers that others may have afterwards.</summary>
    [Fact]
    public void Whoever_ends_it_twice_closes_nothing_of_others()
    {
        var loop = new EventLoop("loop", new Turns());
        loop.Start();
        loop.Dispose();
        var files = Enumerable.Range(0, 8).Select(_ => File.OpenHandle("/dev/zero")).ToList();
        loop.Dispose();
        Assert.All(files, file => Assert.Equal(1, RandomAccess.Read(file, new byte[1], 0)));
        files.ForEach(file => file.Dispose());
    }

    [Fact]
    public void A_socket_that_is_closed_already_is_refused_and_others_are_served()
    {
        using var loop = new EventLoop("loop", new Turns());
        loop.Start();
        var closed = new Socket(SocketType.Stream, ProtocolType.Tcp);
        closed.Dispose();
        using var task = new CountingTask(loop);
        Assert.Throws<ObjectDisposedException>(() => loop.Attach(task, closed));
        Assert.Equal(-1, task.Place);
        using var other = new Echo(loop);
        other.Ask();
    }

    private sealed class Turns : ITurns
    {
        public bool IsInTurn { get; set; }

        public Action Settled { get; set; } = () => { };

        public Action Ended { get; set; } = () => { };

        public Func<bool> Gathers { get; set; } = () => false;

        public bool IsGathering => Gathers();

        public Func<bool> Owes { get; set; } = () => false;

        public bool OwesTurn => Owes();

        public void SettleTurn() => Settled();

        public void EndTurn() => Ended();
    }

    private sealed class CountingTask(EventLoop loop) : LoopTask(loop), IDisposable
    {
        public SemaphoreSlim Ran { get; } = new(0);

        public bool RanOnLoop { get; private set; }

        public Action Done { get; set; } = () => { };

        public void Dispose() => Ran.Dispose();

        protected override void NoteReady(Readiness readiness)
        {
            // It has no socket.
        }

        protected override bool Pump()
        {
            RanOnLoop = Loop.IsCurrent;
            Done();
            Ran.Release();
            return false;
        }
    }

    /// <summary>Two ends of a connection, of which the loop has one and sends back what it receives.</summary>
    private sealed class Echo : IDisposable
    {
        private readonly Socket _client = new(SocketType.Stream, ProtocolType.Tcp);
        private readonly EchoTask _task;

        internal Echo(EventLoop loop, bool isOfClient = true)
        {
            using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.Listen();
            _client.Connect(listener.LocalEndPoint!);
            _client.ReceiveTimeout = (int)Patience.TotalMilliseconds;
            var accepted = listener.Accept();
            accepted.Blocking = false;
            _task = new EchoTask(loop, accepted, isOfClient);
            loop.Attach(_task, accepted);
        }

        /// <summary>Called on the loop for what it receives.</summary>
        internal Action Received
        {
            set => _task.Received = value;
        }

        public void Dispose() => _client.Dispose();

        internal void Send() => Assert.Equal(1, _client.Send([1]));

        internal void Take() => Assert.Equal(1, _client.Receive(new byte[1]));

        /// <summary>Asks, and has the loop look for more in vain afterwards, so that it waits for what is asked next.</summary>
        internal void Ask()
        {
            var looked = _task.LookedInVain;
            Send();
            Take();
            Assert.True(SpinWait.SpinUntil(() => _task.LookedInVain != looked, Patience));
        }
    }

    private sealed class EchoTask(EventLoop loop, Socket socket, bool isOfClient) : LoopTask(loop, isOfClient)
    {
        private readonly byte[] _bytes = new byte[16];
        private volatile int _lookedInVain;

        internal int LookedInVain => _lookedInVain;

        internal Action Received { get; set; } = () => { };

        protected override void NoteReady(Readiness readiness)
        {
            // The pump tries it.
        }

        protected override bool Pump()
        {
            var received = socket.Receive(_bytes, SocketFlags.None, out var error);
            if (received > 0)
            {
                Received();
                socket.Send(_bytes.AsSpan(0, received));
            }
            else if (error == SocketError.WouldBlock)
            {
                _lookedInVain++;
            }
            else
            {
                Loop.Detach(this);
                socket.Dispose();
            }

            return received > 0;
        }
    }
}
