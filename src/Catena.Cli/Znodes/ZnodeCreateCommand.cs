using System.CommandLine;
using System.Text;
using Catena.Cli.CommandLine;
using Catena.ZooKeeper.Client;
using Catena.ZooKeeper.Protocol;

namespace Catena.Cli.Znodes;

/// <summary>The command <c>catena znode create</c>.</summary>
internal static class ZnodeCreateCommand
{
    private static readonly Argument<string> Servers = ZnodeAccess.Servers();
    private static readonly Argument<string> Path = ZnodeAccess.Path();

    private static readonly Option<bool> Parents = new("--parents", "-p") { Description = "Create the znodes above it too, where they are missing." };

    private static readonly Option<string> Data = new("--data")
    {
        Description = "What the znode is to hold; nothing is changed where it exists. [default: nothing]",
        HelpName = "text",
        DefaultValueFactory = _ => "",
    };

    private static readonly Option<TimeSpan> Timeout = ZnodeAccess.Timeout();
    private static readonly Option<bool> Json = JsonOutput.Option();

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new DocumentedCommand(
            "create",
            "Creates a persistent znode with which everyone may do everything. That it exists already is success too (exit code 0), and the output says so.",
            new("catena znode create 127.0.0.1:7000 /kvstore", "at the coordinator of 'catena up'"),
            new("catena znode create zk1:2181,zk2:2181 /services/kvstore --parents", "and /services where it is missing"))
        {
            Servers, Path, Parents, Data, Timeout, Json,
        };
        command.SetAction((parsed, cancellation) => ZnodeAccess.RunAsync(
            parsed.GetRequiredValue(Servers), parsed.GetValue(Timeout), client => RunAsync(client, parsed, cancellation), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ZooKeeperClient client, ParseResult parsed, CancellationToken cancellation)
    {
        var path = parsed.GetRequiredValue(Path);
        var isNew = path != ZnodePath.Root && await TryCreateAsync(client, path, parsed, cancellation).ConfigureAwait(false);
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(Json))
        {
            JsonOutput.Write(output, json =>
            {
                json.WriteStartObject();
                json.WriteString("path", path);
                json.WriteBoolean("created", isNew);
                json.WriteEndObject();
            });
        }
        else
        {
            output.WriteLine(isNew ? $"created {path}" : $"{path} exists already");
        }

        return ExitCode.Ok;
    }

    private static async Task<bool> TryCreateAsync(ZooKeeperClient client, string path, ParseResult parsed, CancellationToken cancellation)
    {
        try
        {
            if (parsed.GetValue(Parents))
            {
                await ZnodeParents.CreateAsync(client, ZnodePath.Parent(path), cancellation).ConfigureAwait(false);
            }

            await client.CreateAsync(path, Encoding.UTF8.GetBytes(parsed.GetRequiredValue(Data)), CreateMode.Persistent, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (ZooKeeperException e) when (e.Code == ErrorCode.NodeExists)
        {
            return false;
        }
        catch (ZooKeeperException e) when (e.Code == ErrorCode.NoNode)
        {
            throw new CommandException(
                ExitCode.Failed,
                parsed.GetValue(Parents) ? $"{path} cannot be created: the chroot of the servers does not exist" : $"{ZnodePath.Parent(path)}, above {path}, does not exist; give --parents to create it too",
                e);
        }
    }
}
