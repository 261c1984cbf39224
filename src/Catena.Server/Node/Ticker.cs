using Catena.Server.Platform;

namespace Catena.Server.Node;

/// <summary>The thread that lets time pass: when each tick says that the next is due, and at once when asked to hurry.</summary>
internal sealed class Ticker : IDisposable
{
    private readonly Func<TimeSpan> _tick;
    private readonly Action<Exception> _fatal;
    private readonly WakeSignal _hurry = new();
    private readonly Thread _thread;
    private volatile bool _isStopping;

    /// <summary>A ticker that has not begun.</summary>
    /// <param name="tick">Does what is due, and says after how long there is more.</param>
    /// <param name="fatal">Hears of what a tick throws.</param>
    internal Ticker(Func<TimeSpan> tick, Action<Exception> fatal)
    {
        _tick = tick;
        _fatal = fatal;
        _thread = new Thread(Run) { Name = "ticker", IsBackground = true, Priority = ThreadPriority.AboveNormal };
    }

    /// <summary>Ends the thread after the tick under way.</summary>
    public void Dispose()
    {
        _isStopping = true;
        _hurry.Set();
        if (_thread.IsAlive && Thread.CurrentThread != _thread)
        {
            _thread.Join();
        }

        _hurry.Dispose();
    }

    internal void Start() => _thread.Start();

    /// <summary>Makes the next tick come now. Any thread; never blocks.</summary>
    internal void Hurry() => _hurry.Set();

    private void Run()
    {
        try
        {
            while (!_isStopping)
            {
                var rest = _tick();
                _hurry.Wait((int)Math.Ceiling(Math.Max(0, rest.TotalMilliseconds)));
            }
        }
        catch (Exception failure)
        {
            _fatal(failure);
        }
    }
}
