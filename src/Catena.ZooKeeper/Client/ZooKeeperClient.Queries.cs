using Catena.ZooKeeper.Jute;
using Catena.ZooKeeper.Protocol;

namespace Catena.ZooKeeper.Client;

/// <content>Reads of more than one znode, and under which names the client acts.</content>
public sealed partial class ZooKeeperClient
{
    private const int SmallestIdentity = 2 * sizeof(int);

    /// <summary>Reads several znodes with one request.</summary>
    /// <remarks>Every read is answered, be it with an error; one that fails does not disturb the others. Needs servers of 3.6 or later.</remarks>
    /// <param name="ops">The reads.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>One result for each read, in order.</returns>
    /// <exception cref="ZooKeeperException">There was no answer.</exception>
    public Task<IReadOnlyList<ReadResult>> MultiReadAsync(IReadOnlyList<ReadOp> ops, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ops);
        var prefixed = ops.Select(op => op with { Path = ClientPath.Prefix(_chroot, op.Path) }).ToArray();
        return _session.SendAsync(
            new TypedRequest<IReadOnlyList<ReadResult>>(
                OpCode.MultiRead,
                null,
                writer => MultiReadCodec.WriteRequest(writer, prefixed),
                static (ErrorCode _, ref JuteReader body) => MultiReadCodec.ReadResponse(ref body)),
            cancellationToken);
    }

    /// <summary>Lists this session's ephemeral znodes, in no particular order.</summary>
    /// <param name="prefix">What their paths begin with; need not be a znode's path.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Their paths; those outside the chroot as the server has them.</returns>
    /// <exception cref="ZooKeeperException">There was no answer.</exception>
    public async Task<IReadOnlyList<string>> GetEphemeralsAsync(string prefix = "/", CancellationToken cancellationToken = default)
    {
        var serverPrefix = ClientPath.Prefix(_chroot, prefix);
        var paths = await _session.SendAsync(
            new TypedRequest<List<string>>(
                OpCode.GetEphemerals,
                prefix,
                writer => writer.String(serverPrefix),
                static (ErrorCode _, ref JuteReader body) => body.ReadStrings()),
            cancellationToken).ConfigureAwait(false);
        return paths.ConvertAll(path => ClientPath.Strip(_chroot, path));
    }

    /// <summary>Counts the znodes below another, on all levels.</summary>
    /// <param name="path">The other's path.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ZooKeeperException">There is no such znode, or there was no answer.</exception>
    public Task<int> GetAllChildrenNumberAsync(string path, CancellationToken cancellationToken = default)
    {
        var serverPath = ClientPath.Prefix(_chroot, path);
        return _session.SendAsync(
            new TypedRequest<int>(
                OpCode.GetAllChildrenNumber,
                path,
                writer => writer.String(serverPath),
                static (ErrorCode _, ref JuteReader body) => body.ReadInt()),
            cancellationToken);
    }

    /// <summary>Presents credentials, now and after every reconnect.</summary>
    /// <remarks>
    /// The scheme <c>digest</c> takes <c>user:password</c>, which crosses the network as it is. Without a connection the request fails,
    /// but the credentials are kept and presented on the next one; those that a server refuses are forgotten.
    /// </remarks>
    /// <param name="scheme">The scheme.</param>
    /// <param name="credentials">What the scheme wants.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ZooKeeperException">The server refused them, and hung up; or there was no answer.</exception>
    public Task AddAuthAsync(string scheme, ReadOnlyMemory<byte> credentials, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scheme);
        return _session.AddCredentialsAsync(new Credentials(scheme, credentials), cancellationToken);
    }

    /// <summary>Asks under which names this client acts.</summary>
    /// <remarks>Needs servers of 3.7 or later.</remarks>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The names, without secrets, in no particular order.</returns>
    /// <exception cref="ZooKeeperException">There was no answer.</exception>
    public Task<IReadOnlyList<Identity>> WhoAmIAsync(CancellationToken cancellationToken = default) => _session.SendAsync(
        new TypedRequest<IReadOnlyList<Identity>>(
            OpCode.WhoAmI,
            null,
            static _ => { },
            static (ErrorCode _, ref JuteReader body) =>
            {
                var identities = new List<Identity>();
                for (var left = body.ReadCount(SmallestIdentity); left > 0 && body.IsValid; left--)
                {
                    identities.Add(new Identity(body.ReadString(), body.ReadString()));
                }

                return identities;
            }),
        cancellationToken);
}
