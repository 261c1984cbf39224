using System.Text;
using Catena.Core.Placement;

namespace Catena.Faults.Workers;

/// <summary>The keys of one round: hot ones that only it uses, and cold ones that live through the whole run.</summary>
/// <param name="round">The round, from 1.</param>
/// <param name="partitions">How many partitions there are.</param>
internal sealed class KeySet(int round, int partitions)
{
    private const int HotTexts = 24;
    private const int HotNumbers = 8;
    private const int ColdTexts = 120;

    private readonly PartitionMap _map = new(partitions);

    /// <summary>Keys that are set, deleted and read all the time.</summary>
    public IReadOnlyList<string> Texts { get; } = Names(FormattableString.Invariant($"r{round}:t:"), HotTexts);

    /// <summary>Keys that are only counted up, down and read.</summary>
    public IReadOnlyList<string> Numbers { get; } = Names(FormattableString.Invariant($"r{round}:n:"), HotNumbers);

    /// <summary>Keys that are used now and then, in every round.</summary>
    public IReadOnlyList<string> Cold { get; } = Names("cold:", ColdTexts);

    /// <summary>The partitions of the hot keys.</summary>
    public IReadOnlyList<int> BusyPartitions => [.. Texts.Concat(Numbers).Select(PartitionOf).Distinct()];

    /// <summary>A key's partition.</summary>
    public int PartitionOf(string key) => _map.Of(Encoding.UTF8.GetBytes(key)).Value;

    private static string[] Names(string prefix, int count) =>
        [.. Enumerable.Range(0, count).Select(number => FormattableString.Invariant($"{prefix}{number}"))];
}
