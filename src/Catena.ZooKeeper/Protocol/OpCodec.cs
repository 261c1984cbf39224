using Catena.ZooKeeper.Jute;

namespace Catena.ZooKeeper.Protocol;

/// <summary>The bodies of update requests, as they stand alone, in a multi and in the embedded server's log.</summary>
internal static class OpCodec
{
    /// <summary>The request type under which <paramref name="op" /> is sent; a create asks for the form that answers with a stat.</summary>
    /// <param name="op">Any update.</param>
    public static OpCode TypeOf(Op op) => op switch
    {
        CreateOp { Mode: CreateMode.Container } => OpCode.CreateContainer,
        CreateOp create when create.Mode.HasTtl() => OpCode.CreateTtl,
        CreateOp => OpCode.Create2,
        DeleteOp => OpCode.Delete,
        DeleteContainerOp => OpCode.DeleteContainer,
        SetDataOp => OpCode.SetData,
        CheckOp => OpCode.Check,
        SetAclOp => OpCode.SetAcl,
        _ => throw new ArgumentException($"{op.GetType().Name} is not an update of the wire protocol", nameof(op)),
    };

    /// <summary>Whether <paramref name="type" /> may stand in a multi.</summary>
    /// <param name="type">A request type.</param>
    public static bool MayStandInMulti(OpCode type) => type is OpCode.Create or OpCode.Create2 or OpCode.CreateContainer
        or OpCode.CreateTtl or OpCode.Delete or OpCode.SetData or OpCode.Check;

    /// <summary>Writes the body of an update.</summary>
    /// <param name="writer">Takes it.</param>
    /// <param name="op">What is written.</param>
    public static void Write(JuteWriter writer, Op op)
    {
        writer.String(op.Path);
        switch (op)
        {
            case CreateOp create:
                writer.Buffer(create.Data.Span);
                Acl.WriteList(writer, create.Acl);
                writer.Int((int)create.Mode);
                if (create.Mode.HasTtl())
                {
                    writer.Long(create.TimeToLiveMilliseconds);
                }

                break;
            case DeleteOp delete:
                writer.Int(delete.Version);
                break;
            case SetDataOp set:
                writer.Buffer(set.Data.Span);
                writer.Int(set.Version);
                break;
            case CheckOp check:
                writer.Int(check.Version);
                break;
            case SetAclOp set:
                Acl.WriteList(writer, set.Acl);
                writer.Int(set.Version);
                break;
            default:
                break;
        }
    }

    /// <summary>Reads the body of an update; null where <paramref name="type" /> is none.</summary>
    /// <param name="type">The request type.</param>
    /// <param name="reader">Stands behind the header; may be invalid afterwards.</param>
    public static Op? Read(OpCode type, ref JuteReader reader) => type switch
    {
        OpCode.Create or OpCode.Create2 or OpCode.CreateContainer or OpCode.CreateTtl => ReadCreate(type, ref reader),
        OpCode.Delete => new DeleteOp(reader.ReadString(), reader.ReadInt()),
        OpCode.DeleteContainer => new DeleteContainerOp(reader.ReadString()),
        OpCode.SetData => new SetDataOp(reader.ReadString(), reader.ReadBuffer().ToArray(), reader.ReadInt()),
        OpCode.Check => new CheckOp(reader.ReadString(), reader.ReadInt()),
        OpCode.SetAcl => new SetAclOp(reader.ReadString(), Acl.ReadList(ref reader), reader.ReadInt()),
        _ => null,
    };

    private static CreateOp ReadCreate(OpCode type, ref JuteReader reader)
    {
        var path = reader.ReadString();
        var data = reader.ReadBuffer().ToArray();
        var acl = Acl.ReadList(ref reader);
        var mode = (CreateMode)reader.ReadInt();
        var ttl = type == OpCode.CreateTtl ? reader.ReadLong() : 0;
        return new CreateOp(path, data, mode) { Acl = acl, TimeToLiveMilliseconds = ttl };
    }
}
