using System.Net;
using System.Net.Sockets;

namespace Catena.Faults.Network;

/// <summary>What connects the processes of a run; each process has a host in it.</summary>
internal interface INetwork : IAsyncDisposable
{
    /// <summary>Whether packets between two hosts can be lost.</summary>
    bool CanCut { get; }

    /// <summary>What a slow link is like here, for the report.</summary>
    string Slowness { get; }

    /// <summary>The address of a host.</summary>
    IPAddress AddressOf(string host);

    /// <summary>The command line that runs a program on a host.</summary>
    IReadOnlyList<string> On(string host, IReadOnlyList<string> command);

    /// <summary>A socket from which the program that runs the faults reaches every host, whatever is cut.</summary>
    Socket Observe();

    /// <summary>Loses every packet from one host to another, without a word to either.</summary>
    void Cut(string from, string to);

    /// <summary>Lets packets pass again.</summary>
    void Mend(string from, string to);

    /// <summary>Makes everything from and to a host slow.</summary>
    void Slow(string host);

    /// <summary>Makes a host as fast as the others again.</summary>
    void Hasten(string host);
}
