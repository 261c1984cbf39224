using Catena.Simulation.Faults;

namespace Catena.Simulation.Tests.Faults;

/// <summary>Rebuilds the tree at the last of so many tries.</summary>
internal sealed class PatientOperator(int patience) : IMetadataOperator
{
    public int Tries { get; private set; }

    public bool MayWipe() => true;

    public bool MayRestore(object backup) => true;

    public bool TryRecover() => ++Tries >= patience;
}
