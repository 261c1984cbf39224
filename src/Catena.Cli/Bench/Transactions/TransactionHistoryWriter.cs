using System.Globalization;
using System.Text;

namespace Catena.Cli.Bench.Transactions;

/// <summary>Writes which transactions clients called and how these ended, a line of EDN each, for a checker (docs/histories.md).</summary>
/// <remarks>Thread-safe. Lines carry the time at which they are written: a call's is written before it is sent, and its end's after the answer has come.</remarks>
/// <param name="target">The file, which becomes the writer's.</param>
internal sealed class TransactionHistoryWriter(Stream target) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly StreamWriter _lines = new(target, bufferSize: 64 * 1024) { NewLine = "\n" };
    private int _lastProcess = -1;
    private long _index;

    /// <summary>A process that nobody has been yet.</summary>
    public int NextProcess() => Interlocked.Increment(ref _lastProcess);

    /// <summary>Writes that a transaction is called.</summary>
    /// <param name="process">Whose it is.</param>
    /// <param name="function">Its function, a keyword.</param>
    /// <param name="value">What it asks.</param>
    public void Called(int process, string function, StringBuilder value) => Write(":invoke", process, function, value);

    /// <summary>Writes that it ended.</summary>
    /// <param name="process">Whose it is; with an unknown outcome the process is not heard of again.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="function">Its function, a keyword.</param>
    /// <param name="value">What it asked, and where it was answered what it read.</param>
    public void Ended(int process, OperationOutcome outcome, string function, StringBuilder value) => Write(
        outcome switch { OperationOutcome.Ok => ":ok", OperationOutcome.Fail => ":fail", _ => ":info" }, process, function, value);

    /// <summary>Writes what is left and closes the file.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _lines.Dispose();
        }
    }

    private void Write(string type, int process, string function, StringBuilder value)
    {
        lock (_gate)
        {
            _lines.Write(string.Create(CultureInfo.InvariantCulture, $"{{:type {type}, :f {function}, :process {process}, :value "));
            _lines.Write(value);
            _lines.WriteLine(string.Create(CultureInfo.InvariantCulture, $", :time {BenchClock.Now}, :index {_index++}}}"));
        }
    }
}
