using Catena.Cli.CommandLine;

namespace Catena.Cli.Status;

/// <summary>What came of asking one node for its view of the cluster.</summary>
/// <param name="Node">Who was asked.</param>
/// <param name="Text">The document as the node wrote it.</param>
/// <param name="Document">What it says; null where there is no answer.</param>
/// <param name="Problem">Why there is no answer.</param>
internal sealed record StatusAnswer(HostPort Node, string? Text, StatusDocument? Document, string? Problem);
