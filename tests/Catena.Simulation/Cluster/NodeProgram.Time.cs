using Catena.Server.Node;
using Catena.Simulation.Nodes;
using Catena.Simulation.Scheduling;

namespace Catena.Simulation.Cluster;

// How time passes in a node: a tick when the core says that one is due, and one at once when it asks for it.
internal sealed partial class NodeProgram
{
    private ClockTimer? _nextTick;
    private bool _isHurried;
    private bool _wasAsked;

    void INodePorts.HurryBeacons()
    {
        if (!_isHurried)
        {
            _isHurried = true;
            _node.After(Duration.Millisecond, "node.hurry", () =>
            {
                _isHurried = false;
                Enter(null, () =>
                {
                    _core!.Tick();
                    _router!.Tick();
                    if (_storage!.IsExhausted)
                    {
                        _storage.PrepareSpace();
                    }
                });
                SetNextTick();
            });
        }
    }

    private void Tick()
    {
        Enter(null, () =>
        {
            if (_wasAsked || _transactions!.Service.Running > 0 || _router!.Waiting > 0)
            {
                _core!.Stir();
            }

            _wasAsked = false;
            _core!.Tick();
            _router!.Tick();
            _transactions!.Service.Tick();
        });
        SetNextTick();
    }

    private void SetNextTick()
    {
        _nextTick?.Cancel();
        _nextTick = _node.SetTimer(_core!.NextTick, "node.tick", Tick);
    }
}
