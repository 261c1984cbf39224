namespace Catena.Core.Control;

/// <summary>What the operator wants of a registered node.</summary>
/// <remarks>Persisted by name; append only.</remarks>
public enum RegistrationState
{
    /// <summary>It takes its share of the replicas.</summary>
    Active = 0,

    /// <summary>It gives up its replicas one by one, each once it has been copied elsewhere; empty, it is forgotten.</summary>
    Draining = 1,

    /// <summary>
    /// It is declared lost for good: its replicas are copied elsewhere without waiting for it; empty and gone, it is forgotten.
    /// </summary>
    Lost = 2,
}
