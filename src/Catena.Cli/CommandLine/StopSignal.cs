using System.Runtime.InteropServices;

namespace Catena.Cli.CommandLine;

/// <summary>Tells when the process is asked to stop, first politely and then again.</summary>
/// <remarks>Signals that are heard here do not end the process any more; whoever waits for them does.</remarks>
internal sealed class StopSignal : IDisposable
{
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _hurry = new();
    private readonly Lock _gate = new();
    private bool _disposed;

    private StopSignal()
    {
    }

    /// <summary>Cancelled when the process is asked to stop.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Cancelled when it is asked a second time: the user does not want to wait.</summary>
    public CancellationToken Hurry => _hurry.Token;

    /// <summary>Hears the signals of terminals and service managers.</summary>
    public static StopSignal OnEverySignal() =>
        Hear([PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT], []);

    /// <summary>
    /// Hears SIGTERM only, and ignores what a terminal sends to a whole group of processes: another process of the group decides what that
    /// means for this one.
    /// </summary>
    public static StopSignal OfManagedProcess() =>
        Hear([PosixSignal.SIGTERM], [PosixSignal.SIGINT, PosixSignal.SIGHUP, PosixSignal.SIGQUIT]);

    /// <summary>A signal that only <see cref="Request" /> raises.</summary>
    public static StopSignal OnRequest() => new();

    /// <summary>Asks the process to stop, as a signal would; without effect once this is disposed.</summary>
    public void Request()
    {
        CancellationTokenSource source;
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            source = _stop.IsCancellationRequested ? _hurry : _stop;
        }

        source.Cancel();
    }

    /// <summary>Gives the signals their usual meaning back.</summary>
    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        lock (_gate)
        {
            _disposed = true;
        }
    }

    private static StopSignal Hear(PosixSignal[] heard, PosixSignal[] ignored)
    {
        var signal = new StopSignal();
        foreach (var posix in heard)
        {
            signal._registrations.Add(PosixSignalRegistration.Create(posix, context =>
            {
                context.Cancel = true;
                signal.Request();
            }));
        }

        foreach (var posix in ignored)
        {
            signal._registrations.Add(PosixSignalRegistration.Create(posix, context => context.Cancel = true));
        }

        return signal;
    }
}
