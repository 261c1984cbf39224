using Catena.Core.Primitives;

namespace Catena.Cli.Bench.Workloads;

/// <summary>Operations drawn from a mix, on records drawn from a distribution, without end.</summary>
/// <param name="options">The load.</param>
/// <param name="random">The source of chance.</param>
/// <param name="records">How many records there are; shared by all threads of the load.</param>
internal sealed class MixedOperations(BenchOptions options, Prng random, RecordCount records) : IOperationSource
{
    private readonly OperationMix _mix = options.Mix;
    private readonly IRecordChooser _chooser = ChooserOf(options);

    /// <inheritdoc />
    public bool IsDone => false;

    /// <inheritdoc />
    public bool TryNext(out DrawnOperation operation)
    {
        var kind = _mix.KindOf(random.Next(100));
        if (kind == OperationKind.Insert)
        {
            operation = new DrawnOperation(kind, records.Next());
            return true;
        }

        var settled = records.Settled;
        var record = _chooser.Next(random, settled);
        var length = 1;
        if (kind == OperationKind.Scan)
        {
            length = (int)Math.Min(random.Between(1, options.MostScanned), Math.Min(settled - record, RecordKeys.LeftInGroup(record)));
        }

        operation = new DrawnOperation(kind, record, length);
        return true;
    }

    /// <inheritdoc />
    public void Ended(in DrawnOperation operation, OperationOutcome outcome)
    {
        if (operation.Kind == OperationKind.Insert)
        {
            records.Ended(operation.Record);
        }
    }

    private static IRecordChooser ChooserOf(BenchOptions options) => options.Distribution switch
    {
        BenchDistribution.Zipfian => new ScrambledZipfianChooser(options.Keys, options.Mix.Insert > 0),
        BenchDistribution.Latest => new LatestChooser(options.Keys),
        _ => new UniformChooser(),
    };
}
