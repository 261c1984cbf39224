using System.Text;
using Catena.Core.Data;
using Catena.Server.Routing;

namespace Catena.Server.Backups;

/// <summary>Gathers the results of the writes of one bulk.</summary>
/// <param name="count">How many writes there are.</param>
internal sealed class BulkSink(int count) : ICommandSink
{
    private readonly TaskCompletionSource _done = Begin(count);
    private readonly Lock _gate = new();
    private int _left = count;
    private ErrorCode _worst;
    private string _reason = "";

    /// <summary>Completes when every write has an outcome.</summary>
    public Task Done => _done.Task;

    /// <summary>How many were written.</summary>
    public int Written { get; private set; }

    /// <summary>What is in the way of the others; null where there is nothing. Read it when all is done.</summary>
    public StreamFailure? Failure => _worst == default ? null : new StreamFailure(CodeOf(_worst), _reason);

    /// <inheritdoc />
    public void Complete(long tag, ReadOnlySpan<byte> result)
    {
        var reader = new ResultReader(result);
        lock (_gate)
        {
            if (reader.Kind != ResultKind.Error)
            {
                Written++;
            }
            else if (Rank(reader.Error) > Rank(_worst))
            {
                _worst = reader.Error;
                _reason = Encoding.UTF8.GetString(reader.Value);
            }

            if (--_left == 0)
            {
                _done.SetResult();
            }
        }
    }

    private static TaskCompletionSource Begin(int count)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (count == 0)
        {
            done.SetResult();
        }

        return done;
    }

    /// <summary>What no repetition mends comes before what one might, and an open outcome before a plain refusal.</summary>
    private static int Rank(ErrorCode code) => code switch
    {
        default(ErrorCode) => 0,
        ErrorCode.TryAgain or ErrorCode.NotEnoughReplicas or ErrorCode.ClusterDown or ErrorCode.Busy => 1,
        ErrorCode.ReadOnly => 2,
        ErrorCode.OutcomeUnknown or ErrorCode.Forgotten => 3,
        _ => 4,
    };

    private static string CodeOf(ErrorCode code) => code switch
    {
        ErrorCode.ReadOnly => FailureCodes.ReadOnly,
        ErrorCode.OutcomeUnknown or ErrorCode.Forgotten => FailureCodes.OutcomeUnknown,
        ErrorCode.ValueTooLong => FailureCodes.ValueTooLong,
        _ => Rank(code) == 1 ? FailureCodes.TryAgain : FailureCodes.BadRequest,
    };
}
