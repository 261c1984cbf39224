namespace Catena.Core.Placement;

/// <summary>Divides a load by weight under limits, and bounds what each part may carry.</summary>
internal static class LoadShares
{
    // Shares are quotients of small integers: what is nearer to an integer than this is that integer.
    private const double Rounding = 1e-9;

    /// <summary>
    /// Each part's share of <paramref name="total" />: in proportion to its weight, none above its limit, and what a limit keeps
    /// from one is divided among the others. If the limits hold less than the total, each share is the limit.
    /// </summary>
    public static double[] Divide(double total, ReadOnlySpan<double> weights, ReadOnlySpan<double> limits)
    {
        var shares = new double[weights.Length];
        var full = new bool[weights.Length];
        while (true)
        {
            var weight = 0.0;
            var rest = total;
            for (var part = 0; part < shares.Length; part++)
            {
                if (full[part])
                {
                    rest -= limits[part];
                }
                else
                {
                    weight += weights[part];
                }
            }

            var filled = false;
            for (var part = 0; part < shares.Length; part++)
            {
                if (!full[part])
                {
                    shares[part] = rest * weights[part] / weight;
                    if (shares[part] >= limits[part])
                    {
                        shares[part] = limits[part];
                        full[part] = filled = true;
                    }
                }
            }

            if (!filled)
            {
                return shares;
            }
        }
    }

    /// <summary>The most that a part with this share may carry: the share times the load factor, rounded up.</summary>
    public static int Bound(double share, double loadFactor) => (int)Math.Ceiling((share * loadFactor) - Rounding);
}
