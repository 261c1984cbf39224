using Catena.Core.Primitives;

namespace Catena.Core.Data;

/// <summary>Reads what <see cref="WriteBody" /> writes, without copying.</summary>
/// <remarks>
/// Use: construct, check <see cref="IsValid" />, call <see cref="MoveNext" /> until it returns false, check again. A body that
/// passed its entry's checksum and is malformed all the same is a broken invariant.
/// </remarks>
public ref struct WriteBodyReader
{
    private readonly bool _hasStart;
    private MutationReader _mutations;

    /// <summary>Reads the start of <paramref name="body" />.</summary>
    /// <param name="body">The entry's body.</param>
    public WriteBodyReader(ReadOnlySpan<byte> body)
    {
        var reader = new ByteReader(body);
        var origin = reader.ReadUInt64();
        if (origin != 0)
        {
            var incarnation = reader.ReadVarint();
            var sequence = reader.ReadVarint();
            var distance = reader.ReadVarint();
            if (distance == 0 || distance > sequence)
            {
                reader.Fail();
                return;
            }

            Request = new RequestId(origin, incarnation, sequence, sequence - distance);
            Result = reader.ReadString();
        }

        _hasStart = reader.IsValid;
        _mutations = new MutationReader(reader.Rest);
    }

    /// <summary>Whether everything read so far was well formed.</summary>
    public readonly bool IsValid => _hasStart && _mutations.IsValid;

    /// <summary>Who asked.</summary>
    public RequestId Request { get; }

    /// <summary>The encoded result; empty where the request is never retried.</summary>
    public ReadOnlySpan<byte> Result { get; }

    /// <summary>The mutation that <see cref="MoveNext" /> went to.</summary>
    public readonly Mutation Current => _mutations.Current;

    /// <summary>Goes to the next mutation.</summary>
    /// <returns>False at the end, and at the first malformed byte.</returns>
    public bool MoveNext() => _mutations.MoveNext();
}
