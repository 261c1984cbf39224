using Catena.Protocols.Thrift;

namespace Catena.Cli.Shell;

/// <summary>The results of the service's methods.</summary>
internal static class Readings
{
    /// <summary>Of a method that returns nothing.</summary>
    public static ReplyReading<bool> Nothing { get; } = (CatenaReply _, out bool result) => result = true;

    /// <summary>Of a method that returns bytes or a text.</summary>
    public static ReplyReading<byte[]> Bytes { get; } = (CatenaReply reply, out byte[] result) =>
    {
        var isRead = reply.TryReadBytes(out var bytes);
        result = bytes.ToArray();
        return isRead;
    };

    /// <summary>Of a method that returns a boolean.</summary>
    public static ReplyReading<bool> Bool { get; } = (CatenaReply reply, out bool result) => reply.TryReadBool(out result);

    /// <summary>Of a method that returns a number.</summary>
    public static ReplyReading<long> Number { get; } = (CatenaReply reply, out long result) => reply.TryReadNumber(out result);

    /// <summary>Of a method that returns a list of texts.</summary>
    public static ReplyReading<string[]> Names { get; } = (CatenaReply reply, out string[] result) => reply.TryReadNames(out result);

    /// <summary>Of a get.</summary>
    public static ReplyReading<FoundValue?> Value { get; } = (CatenaReply reply, out FoundValue? result) => reply.TryReadValue(out result);

    /// <summary>Of a put or delete: whether something was written.</summary>
    public static ReplyReading<bool> Written { get; } = (CatenaReply reply, out bool result) => reply.TryReadWrite(out result);

    /// <summary>Of a scan.</summary>
    public static ReplyReading<ScannedPage> Page { get; } = (CatenaReply reply, out ScannedPage result) => reply.TryReadPage(out result);

    /// <summary>Of clusterMap.</summary>
    public static ReplyReading<MappedCluster> Map { get; } = (CatenaReply reply, out MappedCluster result) => reply.TryReadMap(out result);
}
