using System.Text.Json.Serialization;

namespace Catena.Cli.Status;

/// <summary>The written form of <see cref="StatusDocument" />.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StatusDocument))]
internal sealed partial class StatusJson : JsonSerializerContext;
