using Catena.Faults.Network;
using Catena.Faults.Running;

namespace Catena.Faults.Workers;

/// <summary>What the workers need to run: their scripts, the npm package, and code from Thrift's compiler.</summary>
internal sealed class WorkerTools
{
    private const string Python = "/usr/bin/python3";

    private readonly string _scripts;

    /// <summary>Prepares everything that is missing.</summary>
    /// <exception cref="HarnessException">A program or package is missing; the message says which.</exception>
    public WorkerTools(FaultsOptions options)
    {
        _scripts = Path.Combine(options.Root, "tests", "Catena.Faults", "Workers", "Scripts");
        Catena = options.Catena;
        HistoryDirectory = Directory.CreateDirectory(Path.Combine(options.Directory, "histories")).FullName;
        GeneratedThrift = Directory.CreateDirectory(Path.Combine(options.Directory, "thrift")).FullName;
        Tool.Run("thrift", "--gen", "py", "-out", GeneratedThrift, Path.Combine(options.Root, "idl", "catena.thrift"));
        if (!Tool.TryRun(out var complaint, Python, "-c", "import redis, thrift.Thrift"))
        {
            throw new HarnessException($"install Debian's packages python3-redis and python3-thrift: {complaint}");
        }

        NodeModules = InstallNodePackages(Path.Combine(options.Root, "tests", "npm"), Path.Combine(options.Root, "artifacts", "npm"));
    }

    /// <summary>The program <c>catena</c>.</summary>
    public string Catena { get; }

    /// <summary>Where histories go.</summary>
    public string HistoryDirectory { get; }

    /// <summary>The directory of the code from Thrift's compiler.</summary>
    public string GeneratedThrift { get; }

    /// <summary>The directory in which npm has installed.</summary>
    public string NodeModules { get; }

    /// <summary>The beginning of the command line of a worker.</summary>
    public IReadOnlyList<string> CommandOf(WorkerKind kind) => kind switch
    {
        WorkerKind.NodeRedis => ["node", Path.Combine(_scripts, "redis_worker.mjs")],
        WorkerKind.PythonRedis => [Python, "-B", Path.Combine(_scripts, "redis_worker.py")],
        WorkerKind.PythonPipelines => [Python, "-B", Path.Combine(_scripts, "redis_pipeline_worker.py")],
        _ => [Python, "-B", Path.Combine(_scripts, "thrift_worker.py")],
    };

    /// <summary>Installs the versions that tests/npm pins, where ./test.sh has not done so.</summary>
    private static string InstallNodePackages(string pins, string directory)
    {
        Directory.CreateDirectory(directory);
        var wanted = Path.Combine(pins, "package-lock.json");
        var installed = Path.Combine(directory, "package-lock.json");
        if (!File.Exists(installed) || File.ReadAllText(installed) != File.ReadAllText(wanted) || !Directory.Exists(Path.Combine(directory, "node_modules", "redis")))
        {
            File.Copy(Path.Combine(pins, "package.json"), Path.Combine(directory, "package.json"), overwrite: true);
            File.Copy(wanted, installed, overwrite: true);
            Tool.Run("npm", "ci", "--prefix", directory, "--no-audit", "--no-fund");
        }

        return directory;
    }
}
