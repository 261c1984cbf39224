using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Catena.Cli.Backups;
using Catena.Cli.Backups.Network;
using Catena.Cli.CommandLine;
using Catena.Core.Transactions;
using Spectre.Console;

namespace Catena.Cli.Cluster;

/// <summary>The command <c>catena transaction</c>: what partitions keep of transactions, and the end of one that stays.</summary>
internal static class TransactionCommand
{
    private static readonly Argument<string> Id = CreateId();
    private static readonly Option<bool> Json = JsonOutput.Option();
    private static readonly BackupAccess Access = new();
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Makes the command.</summary>
    public static Command Create() => new DocumentedCommand(
        "transaction",
        "Shows the transactions that hold keys or whose decision is kept, and ends one that stays.",
        new("catena transaction list", "what holds keys, where, and for how long"),
        new("catena transaction abort 1700000000000000.00c0ffee00c0ffee.1700000000000.17", "have one aborted, unless it is decided already"))
    {
        CreateList(),
        CreateAbort(),
    };

    private static DocumentedCommand CreateList()
    {
        var command = new DocumentedCommand(
            "list",
            "Lists the transactions that partitions have prepared, whose keys others wait for, and the decisions that are kept until all have heard. "
            + "What nobody brings to an end is resolved by itself: within a second where its node has died, after some seconds otherwise.",
            new("catena transaction list", "the cluster on this machine"),
            new("catena transaction list --node 10.0.0.5:7301 --json", "elsewhere, for a script"))
        {
            Json,
        };
        Access.AddPlaceTo(command);
        command.SetAction((parsed, cancellation) => BackupAccess.GuardAsync(() => ListAsync(parsed, cancellation)));
        return command;
    }

    private static DocumentedCommand CreateAbort()
    {
        var command = new DocumentedCommand(
            "abort",
            "Has a prepared transaction aborted by its home partition's record, whoever coordinates it; one that is committed already is carried out instead. "
            + "Ends when no partition holds keys for it any more.",
            new Example("catena transaction abort 1700000000000000.00c0ffee00c0ffee.1700000000000.17", "an id as 'catena transaction list' shows it"))
        {
            Id,
        };
        Access.AddPlaceTo(command);
        command.SetAction((parsed, cancellation) => BackupAccess.GuardAsync(() => AbortAsync(parsed, cancellation)));
        return command;
    }

    private static Argument<string> CreateId()
    {
        var argument = new Argument<string>("id") { Description = "The transaction, as 'catena transaction list' shows it." };
        argument.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !TransactionId.TryParse(token.Value, out _))
            {
                result.AddError($"'{token.Value}' is no transaction.");
            }
        });
        return argument;
    }

    private static async Task<int> ListAsync(ParseResult parsed, CancellationToken cancellation)
    {
        using var client = Access.Client(parsed);
        var all = await client.RetryAsync(() => ReadAsync(client, cancellation), cancellation).ConfigureAwait(false);
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(Json))
        {
            JsonOutput.Write(output, json =>
            {
                json.WriteStartObject();
                json.WriteString("cluster", client.Map.Id);
                json.WriteStartArray("transactions");
                all.ForEach(one => one.WriteTo(json));
                json.WriteEndArray();
                json.WriteEndObject();
            });
            return ExitCode.Ok;
        }

        if (all.Count == 0)
        {
            await output.WriteLineAsync("no partition holds keys or a decision for any transaction").ConfigureAwait(false);
            return ExitCode.Ok;
        }

        var table = new Table().AddColumns("transaction", "partition", "state", "home", "keys", "for").Border(TableBorder.Simple);
        foreach (var one in all)
        {
            table.AddRow(
                one.GetProperty("id").GetString()!,
                Number(one, "partition"),
                one.GetProperty("state").GetString()! + (one.GetProperty("external").GetBoolean() ? ", external" : ""),
                Number(one, "home"),
                Number(one, "keys"),
                string.Create(CultureInfo.InvariantCulture, $"{one.GetProperty("ageMilliseconds").GetInt64() / 1000.0:0.0} s"));
        }

        Tables.Print(output, table);
        return ExitCode.Ok;
    }

    private static async Task<int> AbortAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var id = parsed.GetRequiredValue(Id);
        using var client = Access.Client(parsed);
        var started = Environment.TickCount64;
        for (var isFirst = true; ; isFirst = false)
        {
            var all = await client.RetryAsync(() => ReadAsync(client, cancellation), cancellation).ConfigureAwait(false);
            var holders = all.Where(one => one.GetProperty("id").GetString() == id && one.GetProperty("state").GetString() == "prepared").Select(one => Number(one, "partition")).ToList();
            if (holders.Count == 0)
            {
                await parsed.InvocationConfiguration.Output.WriteLineAsync(
                    isFirst ? $"no partition holds keys for transaction {id}" : $"no partition holds keys for transaction {id} any more").ConfigureAwait(false);
                return ExitCode.Ok;
            }

            if (Environment.TickCount64 - started > Access.Patience(parsed).TotalMilliseconds)
            {
                throw new CommandException(ExitCode.Failed, $"partitions {string.Join(", ", holders)} still hold keys for transaction {id}");
            }

            foreach (var node in client.Map.Nodes)
            {
                await client.PostAsync(node, $"/transactions/abort?id={id}", ReadOnlyMemory<byte>.Empty, cancellation).ConfigureAwait(false);
            }

            await Task.Delay(Pause, cancellation).ConfigureAwait(false);
        }
    }

    private static async Task<List<JsonElement>> ReadAsync(ClusterClient client, CancellationToken cancellation)
    {
        await client.RefreshAsync(cancellation).ConfigureAwait(false);
        var all = new List<JsonElement>();
        foreach (var node in client.Map.Nodes)
        {
            var answer = await client.GetAsync(node, "/transactions", cancellation).ConfigureAwait(false);
            all.AddRange(answer.GetProperty("transactions").EnumerateArray());
        }

        return all;
    }

    private static string Number(JsonElement element, string name) => element.GetProperty(name).GetInt32().ToString(CultureInfo.InvariantCulture);
}
