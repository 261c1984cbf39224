namespace Catena.Server.Node;

/// <summary>The thread that lets time pass: every few milliseconds, and at once when asked to hurry.</summary>
internal sealed class Ticker : IDisposable
{
    private readonly TimeSpan _interval;
    private readonly Action _tick;
    private readonly Action<Exception> _fatal;
    private readonly AutoResetEvent _hurry = new(false);
    private readonly Thread _thread;
    private volatile bool _isStopping;

    internal Ticker(TimeSpan interval, Action tick, Action<Exception> fatal)
    {
        _interval = interval;
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
                _tick();
                _hurry.WaitOne(_interval);
            }
        }
        catch (Exception failure)
        {
            _fatal(failure);
        }
    }
}
