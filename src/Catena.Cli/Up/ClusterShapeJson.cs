using System.Text.Json.Serialization;

namespace Catena.Cli.Up;

/// <summary>The written form of <see cref="ClusterShape" />.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectNullableAnnotations = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ClusterShape))]
internal sealed partial class ClusterShapeJson : JsonSerializerContext;
