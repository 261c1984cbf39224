namespace Catena.ZooKeeper.Protocol;

/// <summary>Under which name a connection acts, as one authentication scheme has it.</summary>
/// <param name="Scheme">The scheme, such as <c>ip</c> or <c>digest</c>.</param>
/// <param name="Id">
/// The name: an address, or for <c>digest</c> <c>user:hash</c> inside a server and the bare user in an answer to whoAmI.
/// </param>
public sealed record Identity(string Scheme, string Id);
