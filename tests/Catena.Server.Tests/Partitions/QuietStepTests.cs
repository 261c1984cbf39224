using Catena.Server.Tests.Backups;

namespace Catena.Server.Tests.Partitions;

/// <summary>How often a partition is looked at in which nothing is under way.</summary>
public sealed class QuietStepTests : IDisposable
{
    private const long Millisecond = 1_000_000;

    private readonly LoneNode _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void Where_nothing_expires_steps_are_long()
    {
        _node.Put("key", "value");
        _node.Flush();
        Pass(12_000);
        Assert.True(_node.Host().IsQuiet);
        Assert.Equal(500 * Millisecond, _node.Host().QuietStep);
    }

    [Fact]
    public void Where_keys_expire_steps_are_short_until_they_are_gone()
    {
        _node.Put("key", "value");
        _node.Put("passing", "value", expiry: _node.Ports.WallMilliseconds + 60_000);
        _node.Flush();
        Pass(12_000);
        Assert.True(_node.Host().IsQuiet);
        Assert.Equal(100 * Millisecond, _node.Host().QuietStep);
        Pass(60_000);
        Assert.Equal(1, _node.Host().Keys);
        Assert.Equal(500 * Millisecond, _node.Host().QuietStep);
    }

    private void Pass(int milliseconds)
    {
        for (var end = _node.Ports.Now + (milliseconds * Millisecond); _node.Ports.Now < end;)
        {
            var step = Math.Max(Millisecond, _node.Core.NextTick - _node.Ports.Now);
            _node.Ports.Now += step;
            _node.Ports.WallMilliseconds += step / Millisecond;
            _node.Core.Tick();
            _node.Flush();
        }
    }
}
