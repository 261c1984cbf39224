using System.CommandLine;
using System.Globalization;
using Catena.Protocols.Table;

namespace Catena.Cli.CommandLine;

/// <summary>The option <c>--table-stats</c>.</summary>
internal static class TableStatsOption
{
    private static string Contents => string.Join(", ", TableStatsDialect.Contents.Select(content => ((int)content).ToString(CultureInfo.InvariantCulture)));

    /// <summary>Makes the option.</summary>
    public static Option<TableStatsDialect> Create()
    {
        var option = new Option<TableStatsDialect>("--table-stats")
        {
            Description = "How clients of the table service expect statistics: how numbers are encoded and in which order they follow the operations, "
                + $"one of {string.Join(", ", TableStatsDialect.Layouts)}; then the reply's c_type, one of {Contents}.",
            HelpName = "layout/c_type",
            DefaultValueFactory = _ => TableStatsDialect.Default,
            CustomParser = result =>
            {
                var name = result.Tokens[0].Value;
                if (!TableStatsDialect.TryParse(name, out var dialect))
                {
                    result.AddError(
                        $"--table-stats '{name}' is no dialect; write one of {string.Join(", ", TableStatsDialect.Layouts)}, and perhaps / and one of {Contents}, such as {TableStatsDialect.Default}.");
                }

                return dialect;
            },
        };
        option.CompletionSources.Add([.. TableStatsDialect.Layouts.SelectMany(layout => TableStatsDialect.Contents.Select(content => $"{layout}/{(int)content}"))]);
        return option;
    }
}
