using System.Globalization;
using Catena.Core.Primitives;

namespace Catena.Simulation.Workloads.Transactions;

/// <summary>One kind of transactions that clients have carried out on keys of its own, what they saw, and whether that may be.</summary>
/// <param name="profile">What clients do.</param>
/// <param name="random">Decides what is asked.</param>
internal abstract class TransactionWorkload(TransactionProfile profile, Prng random)
{
    private readonly List<TransactionRecord> _records = [];

    /// <summary>The transactions that are asked for once nothing else happens, until each is carried out: they read every key that may tell something.</summary>
    internal abstract IEnumerable<TransactionRequest> LastReads { get; }

    /// <summary>What clients do.</summary>
    protected TransactionProfile Profile => profile;

    /// <summary>Decides what is asked.</summary>
    protected Prng Random => random;

    /// <summary>What all clients saw.</summary>
    protected IReadOnlyList<TransactionRecord> Records => _records;

    /// <summary>Lets a client do one thing, in one transaction or in several; it has the client rest in the end.</summary>
    internal abstract void Work(TransactionClient client);

    /// <summary>Judges what the clients saw.</summary>
    /// <returns>The promise that was broken, and how; null where none was.</returns>
    internal abstract (string Rule, string Detail)? Check();

    /// <summary>Takes note of a transaction that a client asks for.</summary>
    internal void Note(TransactionRecord record) => _records.Add(record);

    /// <summary>The name of a key.</summary>
    protected static string Name(char kind, int number) => string.Create(CultureInfo.InvariantCulture, $"{kind}{number}");

    /// <summary>Reads of all keys of a kind.</summary>
    protected static IReadOnlyList<TransactionStep> ReadsOf(char kind, int count) =>
        [.. Enumerable.Range(0, count).Select(number => TransactionStep.Read(Name(kind, number)))];

    /// <summary>Has a client ask for one transaction, some of those that can be done step by step in that way, and rest.</summary>
    protected void Ask(TransactionClient client, TransactionRequest request)
    {
        var isStepByStep = !request.IsPlain && request.Watched.Count == 0 && request.Interaction is null && Random.Chance(Profile.InteractiveShare);
        client.Ask(this, isStepByStep ? request with { Interaction = DrawInteraction() } : request, _ => client.Rest());
    }

    /// <summary>Draws how a transaction is done step by step.</summary>
    protected Interaction DrawInteraction()
    {
        // What is prepared is given up more often: then somebody else has to see to it.
        var isPrepared = Random.Chance(Profile.PreparedShare);
        var end = Random.Chance(isPrepared ? Math.Max(Profile.GivenUpShare, 0.3) : Profile.GivenUpShare)
            ? Random.Chance(0.5) ? InteractionEnd.Rollback : InteractionEnd.Leave
            : InteractionEnd.Commit;
        return new Interaction(isPrepared ? end + (InteractionEnd.CommitPrepared - InteractionEnd.Commit) : end)
        {
            Locks = Random.Chance(Profile.LockingShare),
            KeepsAge = Random.Chance(0.7),
            MaxThink = Random.Chance(0.5) ? 0 : Profile.MaxThink,
        };
    }

    /// <summary>Has a client read keys, all at once or one after the other as plain commands, and make up its mind, as between WATCH and EXEC.</summary>
    /// <param name="client">The client; it rests where a read is not answered.</param>
    /// <param name="keys">The keys.</param>
    /// <param name="decide">Called with what it has read, some time after.</param>
    protected void Look(TransactionClient client, IReadOnlyList<string> keys, Action<IReadOnlyList<WatchedKey>> decide)
    {
        if (Random.Chance(Profile.PlainShare))
        {
            LookAtNext(client, keys, [], decide);
            return;
        }

        client.Ask(this, new TransactionRequest([.. keys.Select(TransactionStep.Read)]), answer =>
        {
            if (answer.IsCarriedOut)
            {
                client.Pause(() => decide([.. keys.Zip(answer.Read!, (key, seen) => new WatchedKey(key, seen))]));
            }
            else
            {
                client.Rest();
            }
        });
    }

    private void LookAtNext(TransactionClient client, IReadOnlyList<string> keys, IReadOnlyList<WatchedKey> seen, Action<IReadOnlyList<WatchedKey>> decide)
    {
        if (seen.Count == keys.Count)
        {
            client.Pause(() => decide(seen));
            return;
        }

        var key = keys[seen.Count];
        client.Ask(this, new TransactionRequest([TransactionStep.Read(key)]) { IsPlain = true }, answer =>
        {
            if (answer.IsCarriedOut)
            {
                LookAtNext(client, keys, [.. seen, new WatchedKey(key, answer.Read![0])], decide);
            }
            else
            {
                client.Rest();
            }
        });
    }
}
