using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Catena.Core.Primitives;
using Catena.Server.Partitions;

namespace Catena.Server.Http;

/// <summary>Writes what <c>/digest</c> answers; <c>docs/status.md</c> describes it field by field.</summary>
internal static class DigestDocument
{
    /// <summary>Writes the document.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="self">The node that answers.</param>
    /// <param name="replicas">What its replicas sum up to.</param>
    public static void Write(IBufferWriter<byte> output, NodeId self, IEnumerable<ReplicaDigest> replicas)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("self", self.ToString());
        json.WriteStartArray("replicas");
        foreach (var replica in replicas)
        {
            json.WriteStartObject();
            json.WriteNumber("partition", replica.Partition.Value);
            json.WriteString("applied", replica.Applied.ToString());
            json.WriteNumber("keys", replica.Keys);

            // As text: it has 64 bits, which numbers in JSON do not keep.
            json.WriteString("digest", replica.Digest?.ToString("x16", CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
