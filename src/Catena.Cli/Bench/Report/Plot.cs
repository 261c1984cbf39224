using System.Globalization;
using System.Net;
using System.Text;

namespace Catena.Cli.Bench.Report;

/// <summary>Draws lines as SVG, coloured by the page's style.</summary>
internal static class Plot
{
    private const int Width = 900;
    private const int Height = 280;
    private const int Left = 90;
    private const int Bottom = 28;
    private const int Top = 24;
    private const int Right = 16;
    private const int Colours = 4;
    private const int NameWidth = 130;

    /// <summary>Up to how many points of a line are marked; a single one could not be seen otherwise.</summary>
    private const int MostMarks = 60;

    /// <summary>Draws a plot.</summary>
    /// <param name="horizontal">The axis below.</param>
    /// <param name="vertical">The axis on the left.</param>
    /// <param name="series">The lines.</param>
    /// <returns>An element of HTML.</returns>
    public static string Draw(PlotAxis horizontal, PlotAxis vertical, IReadOnlyList<PlotSeries> series)
    {
        ArgumentNullException.ThrowIfNull(horizontal);
        ArgumentNullException.ThrowIfNull(vertical);
        ArgumentNullException.ThrowIfNull(series);
        var points = series.SelectMany(one => one.Points).ToList();
        var xs = horizontal.Range(points.Select(point => point.X));
        var ys = vertical.Range(points.Select(point => point.Y));
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\">\n");
        foreach (var tick in vertical.Ticks(ys))
        {
            var y = Y(vertical.Place(tick, ys));
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{y}\" y2=\"{y}\"/><text x=\"{Left - 8}\" y=\"{y}\" text-anchor=\"end\" dominant-baseline=\"middle\">{vertical.Label(tick)}</text>\n");
        }

        foreach (var tick in horizontal.Ticks(xs))
        {
            var x = X(horizontal.Place(tick, xs));
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{x}\" x2=\"{x}\" y1=\"{Top}\" y2=\"{Height - Bottom}\"/><text x=\"{x}\" y=\"{Height - 8}\" text-anchor=\"middle\">{horizontal.Label(tick)}</text>\n");
        }

        for (var number = 0; number < series.Count; number++)
        {
            var colour = number % Colours;
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"s{colour}\" x=\"{Left + (number * NameWidth)}\" y=\"14\">{WebUtility.HtmlEncode(series[number].Name)}</text><polyline class=\"curve s{colour}\" points=\"");
            foreach (var (x, y) in series[number].Points)
            {
                svg.Append(CultureInfo.InvariantCulture, $"{X(horizontal.Place(x, xs))},{Y(vertical.Place(y, ys))} ");
            }

            svg.Append("\"/>\n");
            if (series[number].Points.Count <= MostMarks)
            {
                foreach (var (x, y) in series[number].Points)
                {
                    svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"s{colour}\" cx=\"{X(horizontal.Place(x, xs))}\" cy=\"{Y(vertical.Place(y, ys))}\" r=\"2.5\"/>");
                }
            }
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static string X(double place) => Pixels(Left + (place * (Width - Left - Right)));

    private static string Y(double place) => Pixels(Height - Bottom - (place * (Height - Top - Bottom)));

    private static string Pixels(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
}
