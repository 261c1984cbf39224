using System.Text;
using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Server.Routing;

namespace Catena.Server.Tests.Listeners;

/// <summary>A router that notes the steps of transactions, and answers them as a test says, at once or when it says so.</summary>
internal sealed class StepRouter : ICommandRouter
{
    private readonly Lock _sync = new();
    private readonly List<string> _taken = [];
    private readonly List<(ICommandSink Sink, long Tag, string Step)> _held = [];

    /// <summary>What a step is answered with, by its text.</summary>
    public Func<string, byte[]> Answers { get; set; } = _ => EncodedResults.Ok;

    /// <summary>Whether nothing is answered before <see cref="Release" />.</summary>
    public bool Holds { get; set; }

    /// <summary>What came so far: kind, flags, handle; and of a command in a transaction the same, its keys and its value.</summary>
    public IReadOnlyList<string> Taken
    {
        get
        {
            lock (_sync)
            {
                return [.. _taken];
            }
        }
    }

    /// <inheritdoc />
    public void Execute(in Command command, ICommandSink sink, long tag)
    {
        var step = TextOf(command);
        lock (_sync)
        {
            _taken.Add(step);
            if (Holds)
            {
                _held.Add((sink, tag, step));
                return;
            }
        }

        sink.Complete(tag, Answers(step));
    }

    /// <summary>Answers what was held, the last first.</summary>
    public void Release()
    {
        lock (_sync)
        {
            for (var i = _held.Count - 1; i >= 0; i--)
            {
                _held[i].Sink.Complete(_held[i].Tag, Answers(_held[i].Step));
            }

            _held.Clear();
        }
    }

    private static string TextOf(in Command command)
    {
        var flags = command.Flags == CommandFlags.None ? "" : $" {command.Flags}";
        var text = $"{command.Kind}{flags} {Text(command.Value)}";
        if (command.Kind != CommandKind.Continue)
        {
            return text.TrimEnd();
        }

        var reader = new ByteReader(command.Items);
        var inner = CommandCodec.Read(ref reader);
        Assert.True(reader.IsAtEnd);
        var items = new List<string>();
        foreach (var item in new PackedList(inner.Items))
        {
            items.Add(inner.Kind == CommandKind.LookRange ? $"{StoredKey.Slot(item)}.{StoredKey.Table(item)}.{Text(StoredKey.Key(item))}" : Text(item));
        }

        return $"{text}: {inner.Kind} {inner.Slot} {Text(inner.Key)}{string.Join("..", items)} {Text(inner.Value)}{(inner.Limit > 0 ? inner.Limit : "")}".TrimEnd();
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
