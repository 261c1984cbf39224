using System.Buffers;
using System.Text;

namespace Catena.Compare.Etcd;

/// <summary>The fields with which a gRPC call begins, in HPACK (RFC 7541): indexed where the static table has them whole, otherwise as literals that nobody has to remember.</summary>
internal static class GrpcFields
{
    private const byte MethodPost = 0x83;
    private const byte SchemeHttp = 0x86;
    private const byte NameAuthority = 0x01;
    private const byte NamePath = 0x04;
    private const byte NewName = 0x00;

    // Index 31 does not fit the prefix of four bits.
    private static readonly byte[] NameContentType = [0x0f, 31 - 15];

    /// <summary>The block of fields for one method.</summary>
    /// <param name="path">The method's path.</param>
    public static byte[] Of(string path)
    {
        var block = new ArrayBufferWriter<byte>();
        block.Write([MethodPost, SchemeHttp, NamePath]);
        WriteText(block, path);
        block.Write([NameAuthority]);
        WriteText(block, "localhost");
        block.Write(NameContentType);
        WriteText(block, "application/grpc");
        block.Write([NewName]);
        WriteText(block, "te");
        WriteText(block, "trailers");
        return block.WrittenSpan.ToArray();
    }

    /// <summary>A text without Huffman's code; its length fits the prefix of seven bits.</summary>
    private static void WriteText(ArrayBufferWriter<byte> block, string text)
    {
        block.Write([checked((byte)sbyte.CreateChecked(text.Length))]);
        block.Write(Encoding.ASCII.GetBytes(text));
    }
}
