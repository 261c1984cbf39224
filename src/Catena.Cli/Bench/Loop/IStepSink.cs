namespace Catena.Cli.Bench.Loop;

/// <summary>Hears what becomes of the requests of connections.</summary>
internal interface IStepSink
{
    /// <summary>A request was answered.</summary>
    /// <param name="channel">On which connection.</param>
    /// <param name="step">The request.</param>
    /// <param name="reply">The answer, good until this returns.</param>
    /// <param name="now">When it was received.</param>
    void Answered(LoadChannel channel, in PendingStep step, in BenchReply reply, long now);

    /// <summary>The connection broke, or was given up, and a request has no answer.</summary>
    void Lost(in PendingStep step);

    /// <summary>A connection can be used.</summary>
    void Opened(LoadChannel channel, long now);

    /// <summary>A connection could not be made, or broke.</summary>
    void Broke(string error);
}
