using System.Buffers;
using System.Globalization;
using System.Text;
using Catena.Core.Data;
using Catena.Core.Primitives;
using Catena.Server.Routing;

namespace Catena.Server.PubSub;

/// <summary>Who listens to what, over all nodes: names, perhaps with the number of their subscribers, or the number of names.</summary>
/// <param name="form">What is told of the names.</param>
/// <param name="deadline">When nodes that have not answered are given up.</param>
/// <param name="sink">Where the result goes: a list, or a number.</param>
/// <param name="tag">Handed back with it.</param>
internal sealed class SurveyQuestion(SurveyForm form, long deadline, ICommandSink sink, long tag) : PeerQuestion(deadline, sink, tag)
{
    private readonly Dictionary<byte[], long> _counts = new(ByteKeyComparer.Instance);
    private readonly List<byte[]> _names = [];
    private bool _isCut;

    /// <summary>Adds what this node knows, or names that are to appear even where nobody listens.</summary>
    /// <param name="name">The name.</param>
    /// <param name="count">How many have subscribed to it.</param>
    public void Add(ReadOnlySpan<byte> name, long count)
    {
        var lookup = _counts.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (lookup.TryGetValue(name, out var before))
        {
            lookup[name] = before + count;
        }
        else
        {
            var kept = name.ToArray();
            _names.Add(kept);
            _counts.Add(kept, count);
        }
    }

    /// <summary>Names a name once more, as a client did that asked for it twice.</summary>
    /// <param name="name">The name, added before.</param>
    public void Repeat(ReadOnlySpan<byte> name) => _names.Add(name.ToArray());

    /// <summary>Whether a name was added.</summary>
    /// <param name="name">The name.</param>
    public bool Has(ReadOnlySpan<byte> name) => _counts.GetAlternateLookup<ReadOnlySpan<byte>>().ContainsKey(name);

    /// <inheritdoc />
    protected override void Take(PubSubFrame answer)
    {
        _isCut |= answer.Flag;
        var reader = new ByteReader(answer.Body);
        while (reader.IsValid && !reader.Rest.IsEmpty)
        {
            var name = reader.ReadString();
            var count = reader.ReadVarint();
            if (reader.IsValid)
            {
                Add(name, (long)Math.Min(count, int.MaxValue));
            }
        }
    }

    /// <inheritdoc />
    protected override void WriteResult(IBufferWriter<byte> output)
    {
        if (_isCut)
        {
            ResultWriter.WriteError(output, ErrorCode.BadRequest, "there are too many names to list"u8);
            return;
        }

        if (form == SurveyForm.NumberOfNames)
        {
            ResultWriter.WriteInteger(output, _names.Count);
            return;
        }

        ResultWriter.WriteListStart(output, form == SurveyForm.NamesAndCounts ? _names.Count * 2 : _names.Count);
        foreach (var name in _names)
        {
            ResultWriter.WriteItem(output, name);
            if (form == SurveyForm.NamesAndCounts)
            {
                ResultWriter.WriteItem(output, Encoding.ASCII.GetBytes(_counts[name].ToString(CultureInfo.InvariantCulture)));
            }
        }
    }
}
