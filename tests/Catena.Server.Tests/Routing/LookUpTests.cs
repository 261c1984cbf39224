using System.Text;
using Catena.Core.Placement;
using Catena.Core.Primitives;
using Catena.Server.Routing;
using Catena.Server.Tests.Backups;

namespace Catena.Server.Tests.Routing;

/// <summary>Keys that are looked up as a run.</summary>
public sealed class LookUpTests : IDisposable
{
    private readonly LoneNode _node = new();
    private readonly CommandRouter _router;
    private readonly KeyRun _run = new();
    private readonly Values _values = new();

    public LookUpTests() => _router = new CommandRouter(
        _node.Core, new PartitionMap(1), new PartitionDirectory(1), new RecordingForwardPort(), new NodeId(7), TimeSpan.FromSeconds(5), failure => throw failure);

    public void Dispose() => _node.Dispose();

    [Fact]
    public void Values_come_in_the_order_of_the_keys_wherever_they_stand()
    {
        _node.Put("small", "s");
        _node.Put("empty", "");
        _node.Put("large", new string('x', 5_000));
        _node.Flush();
        Assert.Equal(5, LookUp("small", "none", "large", "empty", "small"));
        Assert.Equal($"s;-;{new string('x', 5_000)};;s;", _values.Text);
    }

    [Fact]
    public void A_run_ends_before_a_key_whose_time_has_passed()
    {
        _node.Put("a", "1");
        _node.Put("b", "2", expiry: _node.Ports.WallMilliseconds + 10);
        _node.Put("c", "3");
        _node.Flush();
        Assert.Equal(3, LookUp("a", "b", "c"));
        _node.Ports.WallMilliseconds += 10;
        Assert.Equal(1, LookUp("a", "b", "c"));
        Assert.Equal("1;", _values.Text);
        Assert.Equal(0, LookUp("b", "a"));
        Assert.Equal("", _values.Text);
    }

    /// <summary>A node that may no longer read when the values have been read takes back what it has said.</summary>
    [Fact]
    public void What_was_read_while_the_right_to_read_ended_is_taken_back()
    {
        _node.Put("a", "1");
        _node.Put("b", "2");
        _node.Flush();
        _values.BeforeValue = number =>
        {
            if (number == 1)
            {
                _node.Host().Retire();
            }
        };
        Assert.Equal(0, LookUp("a", "b"));
        Assert.Equal("", _values.Text);
    }

    [Fact]
    public void A_node_that_does_not_serve_the_keys_answers_none()
    {
        _node.Configure(default, 2, new NodeId(8));
        Assert.Equal(0, LookUp("a", "b"));
    }

    [Fact]
    public void A_run_does_not_go_on_behind_much_output()
    {
        _node.Put("large", new string('x', 50_000));
        _node.Flush();
        Assert.Equal(2, LookUp("large", "large", "large"));
    }

    [Fact]
    public void A_run_takes_so_many_keys_and_bytes()
    {
        Assert.True(_run.TryAdd(0, new byte[500]));
        for (var count = 1; count < KeyRun.MaxKeys; count++)
        {
            Assert.True(_run.TryAdd(0, "k"u8));
        }

        Assert.False(_run.TryAdd(0, "k"u8));
        _run.Clear();
        Assert.False(_run.TryAdd(0, new byte[5_000]));
        Assert.Equal(0, _run.Count);
    }

    private int LookUp(params string[] keys)
    {
        _run.Clear();
        _values.Truncate(0);
        foreach (var key in keys)
        {
            var bytes = Encoding.UTF8.GetBytes(key);
            Assert.True(_run.TryAdd(HashSlot.Of(bytes).Value, bytes));
        }

        return _router.LookUp(_run, _values);
    }

    private sealed class Values : IValueOutput
    {
        private readonly List<byte> _bytes = [];
        private byte[] _span = [];
        private int _count;

        internal Action<int> BeforeValue { get; set; } = _ => { };

        internal string Text => Encoding.UTF8.GetString([.. _bytes]);

        public int Length => _bytes.Count;

        public Span<byte> GetSpan(int sizeHint = 0)
        {
            BeforeValue(_count++);
            return _span = new byte[sizeHint];
        }

        public Memory<byte> GetMemory(int sizeHint = 0) => throw new NotSupportedException();

        public void Advance(int count)
        {
            Assert.Equal(_span.Length, count);
            _bytes.AddRange(_span);
            _bytes.Add((byte)';');
        }

        public void WriteMissing() => _bytes.AddRange("-;"u8);

        public void Truncate(int length) => _bytes.RemoveRange(length, _bytes.Count - length);
    }
}
