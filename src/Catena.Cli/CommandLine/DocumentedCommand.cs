using System.CommandLine;

namespace Catena.Cli.CommandLine;

/// <summary>A command whose help shows examples.</summary>
/// <param name="name">What the user types.</param>
/// <param name="description">What it does.</param>
/// <param name="examples">Command lines that show its use.</param>
internal sealed class DocumentedCommand(string name, string description, params Example[] examples) : Command(name, description)
{
    /// <summary>Command lines that show the use.</summary>
    public IReadOnlyList<Example> Examples { get; } = examples;
}
