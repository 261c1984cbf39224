using Catena.Core.Data;

namespace Catena.Core.Tests.Data;

/// <summary>The rules of retention for few origins, in the plainest form.</summary>
internal sealed class ModelOfResults
{
    private readonly Dictionary<ulong, (ulong Incarnation, ulong Floor, Dictionary<ulong, byte[]> Results)> _origins = [];

    internal void Record(RequestId request, byte[] result)
    {
        if (request.Origin == 0)
        {
            return;
        }

        if (!_origins.TryGetValue(request.Origin, out var origin) || origin.Incarnation < request.Incarnation)
        {
            origin = (request.Incarnation, 0, []);
        }
        else if (origin.Incarnation > request.Incarnation)
        {
            return;
        }

        origin.Floor = Math.Max(origin.Floor, request.Settled);
        origin.Results[request.Sequence] = result;
        _origins[request.Origin] = origin;
    }

    internal RequestStanding Find(RequestId request, out byte[] result)
    {
        result = [];
        if (request.Origin == 0 || !_origins.TryGetValue(request.Origin, out var origin) || origin.Incarnation < request.Incarnation)
        {
            return RequestStanding.New;
        }

        if (origin.Incarnation > request.Incarnation || request.Sequence <= origin.Floor)
        {
            return RequestStanding.Forgotten;
        }

        if (!origin.Results.TryGetValue(request.Sequence, out var found))
        {
            return RequestStanding.New;
        }

        result = found;
        return RequestStanding.Done;
    }
}
