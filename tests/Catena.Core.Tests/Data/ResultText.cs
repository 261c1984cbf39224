using System.Text;
using Catena.Core.Data;

namespace Catena.Core.Tests.Data;

/// <summary>Results as short texts.</summary>
internal static class ResultText
{
    internal static string Of(ReadOnlySpan<byte> result)
    {
        var reader = new ResultReader(result);
        var text = reader.Kind switch
        {
            ResultKind.Ok => "ok",
            ResultKind.Nil => "nil",
            ResultKind.Integer => $"int {reader.Integer}",
            ResultKind.Value => $"value '{Encoding.Latin1.GetString(reader.Value)}' {reader.Version}",
            ResultKind.List => $"list [{Items(ref reader)}]",
            ResultKind.Page => $"page {reader.NextSlot} [{Items(ref reader)}]",
            ResultKind.Error => $"error {reader.Error} '{Encoding.Latin1.GetString(reader.Value)}'",
            _ => "malformed",
        };
        Assert.True(reader.IsValid, "the result is malformed");
        return text;
    }

    private static string Items(ref ResultReader reader)
    {
        var items = new List<string>();
        for (var item = 0; item < reader.Count; item++)
        {
            items.Add(reader.ReadItem(out var value) ? Encoding.Latin1.GetString(value) : "nil");
        }

        return string.Join(' ', items);
    }
}
