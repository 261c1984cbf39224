using System.Globalization;
using System.Text.Json;
using Catena.Cli.CommandLine;

namespace Catena.Cli.Up;

/// <summary>The directory of a development cluster, held by one <c>catena up</c> at a time.</summary>
/// <remarks>
/// <c>cluster.json</c> is the <see cref="ClusterShape" />; <c>lock</c> is held while a run lasts, and the system lets go of it however the run
/// ends; <c>coordinator/</c> is the embedded server's; <c>node-i/data</c> and <c>node-i/log</c> are the nodes'; <c>up.log</c> repeats the terminal.
/// </remarks>
internal sealed class ClusterDirectory : IDisposable
{
    private readonly FileStream _lock;

    private ClusterDirectory(string path, FileStream held)
    {
        Root = path;
        _lock = held;
    }

    /// <summary>The directory's full path.</summary>
    public string Root { get; }

    /// <summary>Where the embedded coordinator keeps its tree.</summary>
    public string Coordinator => Path.Combine(Root, "coordinator");

    /// <summary>What the terminal showed.</summary>
    public string Log => Path.Combine(Root, "up.log");

    private string ShapeFile => Path.Combine(Root, "cluster.json");

    /// <summary>Takes a directory for this process, making it where it is missing.</summary>
    /// <param name="path">The directory.</param>
    /// <exception cref="CommandException">It cannot be made, or another run holds it.</exception>
    public static ClusterDirectory Claim(string path)
    {
        var root = Path.GetFullPath(path);
        var holder = Path.Combine(root, "up.pid");
        try
        {
            Directory.CreateDirectory(root);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Failed, $"cannot make the directory {root}: {refused.Message}", refused);
        }

        FileStream held;
        try
        {
            held = new FileStream(Path.Combine(root, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException inUse)
        {
            var who = File.Exists(holder) ? $" (pid {File.ReadAllText(holder).Trim()})" : "";
            throw new CommandException(
                ExitCode.Failed, $"another catena up{who} holds {root}; stop it, or give another --data", inUse);
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new CommandException(ExitCode.Failed, $"cannot write to {root}: {refused.Message}", refused);
        }

        File.WriteAllText(holder, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        return new ClusterDirectory(root, held);
    }

    /// <summary>Where one node keeps its data.</summary>
    public string DataOf(string node) => Path.Combine(Root, node, "data");

    /// <summary>Where one node writes its log.</summary>
    public string LogOf(string node) => Path.Combine(Root, node, "log");

    /// <summary>Reads the cluster's shape.</summary>
    /// <returns>Null where the directory is new.</returns>
    /// <exception cref="CommandException">The file cannot be understood.</exception>
    public ClusterShape? ReadShape()
    {
        if (!File.Exists(ShapeFile))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(ShapeFile), ClusterShapeJson.Default.ClusterShape)
                ?? throw new JsonException("it is null");
        }
        catch (JsonException wrong)
        {
            throw new CommandException(ExitCode.Failed, $"{ShapeFile} cannot be understood: {wrong.Message}", wrong);
        }
    }

    /// <summary>Writes the cluster's shape; a crash leaves the old one or the new one.</summary>
    public void WriteShape(ClusterShape shape)
    {
        var draft = ShapeFile + ".new";
        using (var file = new FileStream(draft, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            JsonSerializer.Serialize(file, shape, ClusterShapeJson.Default.ClusterShape);
            file.Flush(flushToDisk: true);
        }

        File.Move(draft, ShapeFile, overwrite: true);
    }

    /// <summary>Lets go of the directory.</summary>
    public void Dispose()
    {
        File.Delete(Path.Combine(Root, "up.pid"));
        _lock.Dispose();
    }
}
