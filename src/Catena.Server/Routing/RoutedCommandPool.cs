namespace Catena.Server.Routing;

/// <summary>Commands that are done and may be used for others, with their memory.</summary>
/// <remarks>Thread-safe: a command may end on another thread than it began on. A list through the commands themselves, so that nothing is allocated for it.</remarks>
internal sealed class RoutedCommandPool(CommandRouter router)
{
    private const long MostKeptBytes = 8 << 20;

    private readonly Lock _gate = new();
    private RoutedCommand? _first;
    private long _bytes;

    internal RoutedCommand Take()
    {
        lock (_gate)
        {
            if (_first is not { } command)
            {
                return new RoutedCommand(router);
            }

            _first = command.NextFree;
            command.NextFree = null;
            _bytes -= command.MemoryBytes;
            return command;
        }
    }

    /// <summary>Takes a command back that nobody knows of any more.</summary>
    internal void Return(RoutedCommand command)
    {
        command.TrimMemory();
        lock (_gate)
        {
            if (_bytes + command.MemoryBytes <= MostKeptBytes)
            {
                _bytes += command.MemoryBytes;
                command.NextFree = _first;
                _first = command;
            }
        }
    }
}
