namespace Catena.Cli.Up;

/// <summary>The ports of one node of a development cluster.</summary>
/// <param name="Redis">The Redis protocol.</param>
/// <param name="Thrift">The Thrift protocol.</param>
/// <param name="Http">Health, metrics and status.</param>
/// <param name="Peers">Other nodes.</param>
/// <param name="Table">The table service, where it is asked for.</param>
/// <param name="Text">The plain-text service, where it is asked for.</param>
internal sealed record NodePorts(int Redis, int Thrift, int Http, int Peers, int Table, int Text);
