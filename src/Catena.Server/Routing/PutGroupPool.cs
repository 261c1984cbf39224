namespace Catena.Server.Routing;

/// <summary>Groups of puts that are done and may be used for others, with their memory.</summary>
/// <remarks>Thread-safe: a group may be completed on another thread than filled it.</remarks>
internal sealed class PutGroupPool(CommandRouter router)
{
    private const int MostKept = 256;

    private readonly Lock _gate = new();
    private readonly Stack<PutGroup> _free = new();

    internal PutGroup Take()
    {
        lock (_gate)
        {
            return _free.TryPop(out var group) ? group : new PutGroup(router);
        }
    }

    internal void Return(PutGroup group)
    {
        group.Clear();
        lock (_gate)
        {
            if (_free.Count < MostKept)
            {
                _free.Push(group);
            }
        }
    }
}
