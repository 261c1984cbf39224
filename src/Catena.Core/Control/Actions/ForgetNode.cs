using Catena.Core.Primitives;

namespace Catena.Core.Control.Actions;

/// <summary>Delete the registration of a node that holds nothing any more; the controller does it itself.</summary>
/// <param name="Node">The node.</param>
/// <param name="ZnodeVersion">The version of the registration's znode.</param>
public sealed record ForgetNode(NodeId Node, int ZnodeVersion) : ControllerAction(ZnodeVersion);
