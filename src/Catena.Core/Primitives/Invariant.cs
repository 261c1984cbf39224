using System.Diagnostics.CodeAnalysis;

namespace Catena.Core.Primitives;

/// <summary>Assertions that stay on in production: a process whose invariant is broken must stop, not go on guessing.</summary>
public static class Invariant
{
    /// <summary>Throws unless <paramref name="condition" /> holds.</summary>
    /// <param name="condition">What must hold.</param>
    /// <param name="violation">What is wrong where it does not, without the word "invariant".</param>
    /// <exception cref="InvariantException">The condition does not hold.</exception>
    public static void Holds([DoesNotReturnIf(false)] bool condition, string violation)
    {
        if (!condition)
        {
            Fail(violation);
        }
    }

    /// <summary>Throws.</summary>
    /// <param name="violation">What is wrong.</param>
    /// <exception cref="InvariantException">Always.</exception>
    [DoesNotReturn]
    public static void Fail(string violation) => throw new InvariantException(violation);
}
