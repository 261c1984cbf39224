using System.Text.Json.Serialization;

namespace Catena.Server.Coordination.Documents;

/// <summary>The documents' JSON: names in camel case, unknown members passed over, so that a later version can add some.</summary>
/// <remarks>
/// Properties that may be missing have a setter rather than an initialiser: the generated reader sets every init-only property, so that a missing
/// one would lose its default.
/// </remarks>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(SettingsDocument))]
[JsonSerializable(typeof(NodeDocument))]
[JsonSerializable(typeof(MemberDocument))]
[JsonSerializable(typeof(SeatDocument))]
[JsonSerializable(typeof(ConfigurationDocument))]
[JsonSerializable(typeof(MetadataDocument))]
internal sealed partial class DocumentJson : JsonSerializerContext;
