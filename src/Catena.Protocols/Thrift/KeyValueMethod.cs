namespace Catena.Protocols.Thrift;

/// <summary>The methods of KeyValueService (<c>idl/catena.thrift</c>), to switch on.</summary>
public enum KeyValueMethod
{
    /// <summary>None that the service has.</summary>
    Unknown = 0,

    /// <summary><c>string get(1: string key)</c>.</summary>
    Get = 1,

    /// <summary><c>void put(1: string key, 2: string value)</c>.</summary>
    Put = 2,

    /// <summary><c>void replicate(1: string key, 2: string value)</c>.</summary>
    Replicate = 3,

    /// <summary><c>map&lt;string, string&gt; dump()</c>.</summary>
    Dump = 4,
}
