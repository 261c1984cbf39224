using Catena.ZooKeeper.Jute;

namespace Catena.ZooKeeper.Protocol;

/// <summary>The bodies of multi requests and of their answers: repeated {type, done, error} headers with a record behind each.</summary>
internal static class MultiCodec
{
    private const int HeaderLength = sizeof(int) + 1 + sizeof(int);

    /// <summary>Writes a multi request's body.</summary>
    /// <param name="writer">Takes it.</param>
    /// <param name="ops">What is asked for.</param>
    public static void WriteRequest(JuteWriter writer, IReadOnlyList<Op> ops)
    {
        foreach (var op in ops)
        {
            WriteHeader(writer, OpCodec.TypeOf(op), false, -1);
            OpCodec.Write(writer, op);
        }

        WriteHeader(writer, OpCode.Error, true, -1);
    }

    /// <summary>Reads a multi request's body; false where something in it may not stand in a multi.</summary>
    /// <param name="reader">Stands behind the request header; may be invalid afterwards.</param>
    /// <param name="ops">The updates, in order.</param>
    /// <param name="types">Their types as sent, which say what form the answers take.</param>
    public static bool TryReadRequest(ref JuteReader reader, List<Op> ops, List<OpCode> types)
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

            if (!OpCodec.MayStandInMulti(type) || OpCodec.Read(type, ref reader) is not { } op)
            {
                return false;
            }

            ops.Add(op);
            types.Add(type);
        }

        return true;
    }

    /// <summary>Writes a multi answer's body.</summary>
    /// <param name="writer">Takes it.</param>
    /// <param name="types">The types of the updates, as sent.</param>
    /// <param name="results">What came of them, as many as there were updates.</param>
    public static void WriteResponse(JuteWriter writer, IReadOnlyList<OpCode> types, IReadOnlyList<OpResult> results)
    {
        var failed = results.Any(result => result.Error != ErrorCode.Ok);
        for (var i = 0; i < results.Count; i++)
        {
            var result = results[i];
            if (failed)
            {
                WriteHeader(writer, OpCode.Error, false, (int)result.Error);
                writer.Int((int)result.Error);
                continue;
            }

            WriteHeader(writer, types[i], false, 0);
            WriteResult(writer, types[i], result);
        }

        WriteHeader(writer, OpCode.Error, true, -1);
    }

    /// <summary>Writes the body of one update's answer, in the form that its type asks for.</summary>
    /// <param name="writer">Takes it.</param>
    /// <param name="type">The update's type, as sent.</param>
    /// <param name="result">What came of it.</param>
    public static void WriteResult(JuteWriter writer, OpCode type, OpResult result)
    {
        if (type is OpCode.Create or OpCode.Create2 or OpCode.CreateContainer or OpCode.CreateTtl)
        {
            writer.String(result.Path ?? string.Empty);
        }

        if (type is not (OpCode.Create or OpCode.Delete or OpCode.Check))
        {
            (result.Stat ?? default).Write(writer);
        }
    }

    /// <summary>Reads a multi answer's body.</summary>
    /// <param name="reader">Stands behind the reply header; may be invalid afterwards.</param>
    public static List<OpResult> ReadResponse(ref JuteReader reader)
    {
        var results = new List<OpResult>();
        while (reader.IsValid)
        {
            var type = (OpCode)reader.ReadInt();
            var done = reader.ReadBool();
            _ = reader.ReadInt();
            if (done || !reader.IsValid)
            {
                break;
            }

            results.Add(ReadResult(type, ref reader));
        }

        return results;
    }

    private static OpResult ReadResult(OpCode type, ref JuteReader reader)
    {
        switch (type)
        {
            case OpCode.Error:
                return new OpResult((ErrorCode)reader.ReadInt());
            case OpCode.Create:
                return new OpResult(ErrorCode.Ok, reader.ReadString());
            case OpCode.Create2 or OpCode.CreateContainer or OpCode.CreateTtl:
                return new OpResult(ErrorCode.Ok, reader.ReadString(), Stat.Read(ref reader));
            case OpCode.SetData:
                return new OpResult(ErrorCode.Ok, null, Stat.Read(ref reader));
            case OpCode.Delete or OpCode.Check:
                return new OpResult(ErrorCode.Ok);
            default:
                reader.Invalidate();
                return default;
        }
    }

    /// <summary>Writes the header of a part.</summary>
    /// <param name="writer">Takes it.</param>
    /// <param name="type">The part's type.</param>
    /// <param name="done">Whether this ends the body.</param>
    /// <param name="error">The part's code.</param>
    public static void WriteHeader(JuteWriter writer, OpCode type, bool done, int error)
    {
        _ = writer.GetSpan(HeaderLength);
        writer.Int((int)type);
        writer.Bool(done);
        writer.Int(error);
    }
}
