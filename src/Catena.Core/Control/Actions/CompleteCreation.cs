namespace Catena.Core.Control.Actions;

/// <summary>
/// Note in the settings that every partition exists, so that none is ever created again; the controller writes it itself.
/// </summary>
/// <param name="ZnodeVersion">The version of the settings' znode.</param>
public sealed record CompleteCreation(int ZnodeVersion) : ControllerAction(ZnodeVersion);
