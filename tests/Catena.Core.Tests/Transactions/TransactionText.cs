using System.Globalization;
using System.Text;
using Catena.Core.Data;

namespace Catena.Core.Tests.Transactions;

/// <summary>Results as text.</summary>
internal static class TransactionText
{
    internal static string Of(ReadOnlySpan<byte> result)
    {
        var reader = new ResultReader(result);
        switch (reader.Kind)
        {
            case ResultKind.Results:
                var results = new List<string>();
                for (var index = 0; index < reader.Count; index++)
                {
                    results.Add(Of(reader.ReadResult()));
                }

                return $"[{string.Join(", ", results)}]";
            case ResultKind.Entries:
                var entries = new List<string>();
                for (var index = 0; index < reader.Count; index++)
                {
                    entries.Add(reader.ReadEntry(out var version, out _, out var value) ? $"{Encoding.UTF8.GetString(value)}@{version}" : "none");
                }

                return $"({string.Join(", ", entries)})";
            default:
                return reader.Kind switch
                {
                    ResultKind.Value => Encoding.UTF8.GetString(reader.Value),
                    ResultKind.Integer => reader.Integer.ToString(CultureInfo.InvariantCulture),
                    ResultKind.Error => $"{reader.Error}",
                    _ => $"{reader.Kind}",
                };
        }
    }
}
