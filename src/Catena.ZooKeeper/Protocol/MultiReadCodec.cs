using Catena.ZooKeeper.Jute;

namespace Catena.ZooKeeper.Protocol;

/// <summary>The bodies of multiRead requests and of their answers, which have the shape of a multi's.</summary>
internal static class MultiReadCodec
{
    /// <summary>Writes a request's body.</summary>
    /// <param name="writer">Takes it.</param>
    /// <param name="ops">What is asked for.</param>
    public static void WriteRequest(JuteWriter writer, IReadOnlyList<ReadOp> ops)
    {
        foreach (var op in ops)
        {
            MultiCodec.WriteHeader(writer, TypeOf(op), false, -1);
            writer.String(op.Path);
            writer.Bool(false);
        }

        MultiCodec.WriteHeader(writer, OpCode.Error, true, -1);
    }

    /// <summary>Reads a request's body; false where something in it is neither a getData nor a getChildren.</summary>
    /// <remarks>A part may ask for a watch, which Apache sets; the answer is no different.</remarks>
    /// <param name="reader">Stands behind the request header; may be invalid afterwards.</param>
    /// <param name="ops">The reads, in order, and whether each is to set a watch.</param>
    public static bool TryReadRequest(ref JuteReader reader, List<(ReadOp Op, bool Watch)> ops)
    {
        while (reader.IsValid)
        {
            var type = (OpCode)reader.ReadInt();
            var done = reader.ReadBool();
            _ = reader.ReadInt();
            if (done || !reader.IsValid)
            {
                break;
            }

            if (type is not (OpCode.GetData or OpCode.GetChildren))
            {
                return false;
            }

            var path = reader.ReadString();
            ops.Add((type == OpCode.GetData ? new GetDataOp(path) : new GetChildrenOp(path), reader.ReadBool()));
        }

        return true;
    }

    /// <summary>Writes the answer to one read.</summary>
    /// <param name="writer">Takes it.</param>
    /// <param name="op">The read.</param>
    /// <param name="result">What came of it.</param>
    public static void WriteResult(JuteWriter writer, ReadOp op, ReadResult result)
    {
        if (result.Error != ErrorCode.Ok)
        {
            MultiCodec.WriteHeader(writer, OpCode.Error, false, (int)result.Error);
            writer.Int((int)result.Error);
            return;
        }

        MultiCodec.WriteHeader(writer, TypeOf(op), false, 0);
        if (op is GetDataOp)
        {
            writer.Buffer(result.Data.Span);
            result.Stat!.Value.Write(writer);
        }
        else
        {
            writer.Strings(result.Names);
        }
    }

    /// <summary>Ends an answer.</summary>
    /// <param name="writer">Takes it.</param>
    public static void WriteEnd(JuteWriter writer) => MultiCodec.WriteHeader(writer, OpCode.Error, true, -1);

    /// <summary>Reads an answer's body.</summary>
    /// <param name="reader">Stands behind the reply header; may be invalid afterwards.</param>
    public static List<ReadResult> ReadResponse(ref JuteReader reader)
    {
        var results = new List<ReadResult>();
        while (reader.IsValid)
        {
            var type = (OpCode)reader.ReadInt();
            var done = reader.ReadBool();
            _ = reader.ReadInt();
            if (done || !reader.IsValid)
            {
                break;
            }

            switch (type)
            {
                case OpCode.Error:
                    results.Add(new ReadResult((ErrorCode)reader.ReadInt()));
                    break;
                case OpCode.GetData:
                    results.Add(new ReadResult(ErrorCode.Ok) { Data = reader.ReadBuffer().ToArray(), Stat = Stat.Read(ref reader) });
                    break;
                case OpCode.GetChildren:
                    results.Add(new ReadResult(ErrorCode.Ok) { Names = reader.ReadStrings() });
                    break;
                default:
                    reader.Invalidate();
                    break;
            }
        }

        return results;
    }

    private static OpCode TypeOf(ReadOp op) => op is GetDataOp ? OpCode.GetData : OpCode.GetChildren;
}
