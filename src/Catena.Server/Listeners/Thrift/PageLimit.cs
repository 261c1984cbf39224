namespace Catena.Server.Listeners.Thrift;

/// <summary>How many entries a page has at most.</summary>
internal static class PageLimit
{
    private const int Usual = 1_000;
    private const int Largest = 10_000;

    /// <summary>Why a limit is refused.</summary>
    internal static ReadOnlySpan<byte> Refusal => "a limit is 1 to 10000"u8;

    /// <summary>The limit that a client means.</summary>
    /// <param name="wanted">What it sent; 0 where it left it out.</param>
    /// <returns>0 where it is out of range.</returns>
    internal static int Of(int wanted) => wanted == 0 ? Usual : wanted is < 1 or > Largest ? 0 : wanted;
}
