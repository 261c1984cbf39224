namespace Catena.Simulation.Coordination;

/// <summary>Answers reads from what a session's server has.</summary>
internal static class CoordinatorReads
{
    /// <summary>Answers a read, and sets the watch that it asks for.</summary>
    internal static CoordinatorReply Answer(SimulatedSession session, CoordinatorRequest request)
    {
        var tree = session.Server!.Tree;
        switch (request)
        {
            case CoordinatorRequest.MultiRead several:
                return new CoordinatorReply(CoordinatorError.Ok) { Parts = [.. several.Requests.Select(part => Answer(session, part))] };
            case CoordinatorRequest.GetEphemerals own:
                return new CoordinatorReply(CoordinatorError.Ok)
                {
                    Children =
                    [
                        .. tree.Znodes
                            .Where(znode => znode.Value.Owner == session.Id && znode.Key.StartsWith(own.Prefix, StringComparison.Ordinal))
                            .Select(znode => znode.Key),
                    ],
                };
        }

        var (path, watch, found) = request switch
        {
            CoordinatorRequest.GetData get => (get.Path, get.Watch, tree.Find(get.Path)),
            CoordinatorRequest.Exists exists => (exists.Path, exists.Watch, tree.Find(exists.Path)),
            CoordinatorRequest.GetChildren list => (list.Path, list.Watch, tree.Find(list.Path)),
            CoordinatorRequest.WatchSubtree subtree => (subtree.Path, true, tree.Find("/")),
            _ => throw new ArgumentException($"{request} is not a read", nameof(request)),
        };
        if (watch)
        {
            session.Watches.Set(request, path, found is not null);
        }

        if (found is null)
        {
            return new CoordinatorReply(CoordinatorError.NoNode);
        }

        return new CoordinatorReply(CoordinatorError.Ok)
        {
            Data = found.Data,
            Version = found.Version,
            Owner = found.Owner,
            ModifiedZxid = found.ModifiedZxid,
            Children = request is CoordinatorRequest.GetChildren ? tree.Children(path) : null,
        };
    }
}
