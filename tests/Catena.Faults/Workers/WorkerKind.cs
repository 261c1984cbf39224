namespace Catena.Faults.Workers;

/// <summary>Through which foreign client a worker asks.</summary>
internal enum WorkerKind
{
    /// <summary>python3-redis, under Debian's own interpreter.</summary>
    PythonRedis,

    /// <summary>The npm package <c>redis</c>.</summary>
    NodeRedis,

    /// <summary>python3-thrift with code that Thrift's compiler made.</summary>
    PythonThrift,

    /// <summary>python3-redis, with several commands under way on each connection.</summary>
    PythonPipelines,
}
