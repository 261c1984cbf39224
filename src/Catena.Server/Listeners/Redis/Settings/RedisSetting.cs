namespace Catena.Server.Listeners.Redis.Settings;

/// <summary>One setting as CONFIG knows it.</summary>
internal abstract class RedisSetting
{
    /// <summary>What Redis says of a setting that cannot change while it runs.</summary>
    public const string Immutable = "can't set immutable config";

    /// <summary>A setting.</summary>
    /// <param name="name">Its name.</param>
    protected RedisSetting(string name) => Name = name;

    /// <summary>Its name, in lower case.</summary>
    public string Name { get; }

    /// <summary>Its value, as CONFIG GET prints it.</summary>
    public abstract byte[] Read();

    /// <summary>Looks at a new value without taking it.</summary>
    /// <param name="text">The value.</param>
    /// <param name="apply">Takes it; only where nothing is wrong.</param>
    /// <returns>What is wrong with it, in Redis's words; null for nothing.</returns>
    public abstract string? Prepare(ReadOnlySpan<byte> text, out Action apply);
}
