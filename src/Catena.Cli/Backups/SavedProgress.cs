using System.Text.Json;
using Catena.Cli.CommandLine;

namespace Catena.Cli.Backups;

/// <summary>How far an interrupted command had come, in a small JSON file that is replaced as a whole.</summary>
/// <typeparam name="T">What is remembered.</typeparam>
/// <param name="path">The file.</param>
internal sealed class SavedProgress<T>(string path)
    where T : class
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true, RespectNullableAnnotations = true };

    /// <summary>What was saved last; null where nothing was.</summary>
    /// <exception cref="CommandException">The file is something else.</exception>
    public T? Load()
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllBytes(path), Options);
        }
        catch (JsonException foreign)
        {
            throw new CommandException(ExitCode.Failed, $"{path} is no progress of this command; remove it to begin anew: {foreign.Message}", foreign);
        }
    }

    /// <summary>Saves.</summary>
    public void Save(T progress)
    {
        var temporary = path + ".tmp";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(file, progress, Options);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Forgets: the command has done all.</summary>
    public void Delete() => File.Delete(path);
}
