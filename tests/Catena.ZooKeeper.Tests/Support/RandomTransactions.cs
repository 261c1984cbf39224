using Catena.Core.Primitives;
using Catena.ZooKeeper.Protocol;
using Catena.ZooKeeper.Tree;

namespace Catena.ZooKeeper.Tests.Support;

/// <summary>Transactions on few paths and sessions, so that they meet, succeed and fail in every combination.</summary>
internal sealed class RandomTransactions(ulong seed)
{
    private readonly Prng _random = new(seed);
    private int _sessions;

    public Transaction Next()
    {
        if (_sessions < 3)
        {
            return new OpenSession(++_sessions, 1000, default);
        }

        var session = 1 + _random.Next(3);
        return _random.Next(10) switch
        {
            0 => new OpenSession(session, 1000 + _random.Next(1000), new byte[] { (byte)_random.Next(256) }),
            1 when _random.Chance(0.3) => new CloseSession(session),
            < 4 => new Update(session, [.. Enumerable.Range(0, 1 + _random.Next(5)).Select(_ => NextOp())]),
            _ => new Update(session, [NextOp()]),
        };
    }

    public Op NextOp()
    {
        var path = NextPath();
        return _random.Next(10) switch
        {
            < 5 => new CreateOp(path, new byte[] { (byte)_random.Next(256) }, (CreateMode)_random.Next(5)) { Acl = NextAcl() },
            < 7 => new DeleteOp(path, _random.Next(3) - 1),
            < 8 => new SetAclOp(path, NextAcl(), _random.Next(3) - 1),
            < 9 => new SetDataOp(path, new byte[] { (byte)_random.Next(256) }, _random.Next(3) - 1),
            _ => new CheckOp(path, _random.Next(2)),
        };
    }

    private IReadOnlyList<Acl> NextAcl() => _random.Chance(0.5) ? Acl.Open : [new Acl(_random.Next(32), "ip", "10.0.0.0/8")];

    public string NextPath()
    {
        var path = string.Empty;
        for (var depth = 1 + _random.Next(3); depth > 0; depth--)
        {
            path += "/" + (char)('a' + _random.Next(3));
        }

        return path;
    }
}
