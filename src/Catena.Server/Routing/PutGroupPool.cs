namespace Catena.Server.Routing;

/// <summary>Groups of puts that are done and may be used for others, with their memory.</summary>
/// <remarks>Thread-safe: a group may be completed on another thread than filled it.</remarks>
internal sealed class PutGroupPool(CommandRouter router)
{
    private const int MostKept = 256;

    private readonly Lock _gate = new();
    private PutGroup? _first;
    private int _count;

    internal PutGroup Take()
    {
        lock (_gate)
        {
            if (_first is not { } group)
            {
                return new PutGroup(router);
            }

            _first = group.NextFree;
            group.NextFree = null;
            _count--;
            return group;
        }
    }

    internal void Return(PutGroup group)
    {
        group.Clear();
        lock (_gate)
        {
            if (_count < MostKept)
            {
                _count++;
                group.NextFree = _first;
                _first = group;
            }
        }
    }
}
