namespace Catena.Cli.Bench;

/// <summary>Through which of a node's protocols a load goes.</summary>
internal enum BenchProtocol
{
    /// <summary>The Redis protocol.</summary>
    Redis,

    /// <summary>Thrift's KeyValueService.</summary>
    Thrift,
}
