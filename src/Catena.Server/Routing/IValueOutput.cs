using System.Buffers;

namespace Catena.Server.Routing;

/// <summary>Where the values of several keys go in turn, each as a reply of its own.</summary>
/// <remarks>A value is written with one span of just its length and one advance by that, be it zero.</remarks>
public interface IValueOutput : IBufferWriter<byte>
{
    /// <summary>How many bytes were written.</summary>
    int Length { get; }

    /// <summary>Writes that there is no value.</summary>
    void WriteMissing();

    /// <summary>Takes back what was written behind a length.</summary>
    /// <param name="length">The length that is left.</param>
    void Truncate(int length);
}
