using System.Text;

namespace Catena.Cli.Bench.Transactions;

/// <summary>The transactions of one thread, one after the other: what they do, and how a history tells of them.</summary>
internal interface ITransactionLoad
{
    /// <summary>What a history calls the function of the present transaction, a keyword of EDN.</summary>
    string Function { get; }

    /// <summary>Whether the present transaction changes nothing.</summary>
    bool IsRead { get; }

    /// <summary>Whether what the present transaction read cannot be: the sum of all accounts is wrong.</summary>
    bool IsSumBroken { get; }

    /// <summary>Draws the next transaction.</summary>
    void Draw();

    /// <summary>Runs the present transaction and keeps what it reads.</summary>
    /// <returns>How it ended.</returns>
    /// <exception cref="System.Net.Sockets.SocketException">The connection is broken, or the time is up.</exception>
    /// <exception cref="InvalidDataException">An answer is not what the server should say, or a key holds what this load has not written.</exception>
    BenchReply Run(RedisTransactions connection);

    /// <summary>Writes the present transaction as the value of a line of a history.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="isAnswered">Whether what it read is told as well.</param>
    void Describe(StringBuilder text, bool isAnswered);
}
