namespace Catena.Core.Control.Actions;

/// <summary>One thing the controller wants done, and the version of the znode that it was decided on.</summary>
/// <remarks>
/// Done only if that znode still has that version, and the controller is still in office. Asking again for what is under way does no harm:
/// an action whose version has passed is void.
/// </remarks>
/// <param name="ZnodeVersion">The version that the znode must still have; <see cref="MustNotExist" /> if it must not exist yet.</param>
public abstract record ControllerAction(int ZnodeVersion)
{
    /// <summary>Stands for a version where a znode is to be created.</summary>
    public const int MustNotExist = -1;
}
