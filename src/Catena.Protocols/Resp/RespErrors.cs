using System.Text;
using Catena.Protocols.Resp.Commands;

namespace Catena.Protocols.Resp;

/// <summary>The texts of error replies, in one place and letter by letter those of Redis 7, code first.</summary>
/// <remarks>
/// Clients branch on the code, the first word, and some on the whole text. Texts that no Redis sends are marked. Those that
/// name something from the request are built when they are needed; the others cost nothing.
/// </remarks>
public static class RespErrors
{
    /// <summary>How much of a name or of the arguments an error quotes.</summary>
    private const int QuotedBytes = 128;

    /// <summary>The request's count is no number or over the limit.</summary>
    public static ReadOnlySpan<byte> InvalidMultibulkLength => "ERR Protocol error: invalid multibulk length"u8;

    /// <summary>The request has more arguments than one may have before the password was told.</summary>
    public static ReadOnlySpan<byte> UnauthenticatedMultibulkLength => "ERR Protocol error: unauthenticated multibulk length"u8;

    /// <summary>An argument is longer than one may be before the password was told.</summary>
    public static ReadOnlySpan<byte> UnauthenticatedBulkLength => "ERR Protocol error: unauthenticated bulk length"u8;

    /// <summary>An argument's length is no number, negative or over the limit.</summary>
    public static ReadOnlySpan<byte> InvalidBulkLength => "ERR Protocol error: invalid bulk length"u8;

    /// <summary>The line with the request's count does not end.</summary>
    public static ReadOnlySpan<byte> CountLineTooLong => "ERR Protocol error: too big mbulk count string"u8;

    /// <summary>The line with an argument's length does not end.</summary>
    public static ReadOnlySpan<byte> LengthLineTooLong => "ERR Protocol error: too big bulk count string"u8;

    /// <summary>An inline request is longer than the limit.</summary>
    public static ReadOnlySpan<byte> InlineTooLarge => "ERR Protocol error: too big inline request"u8;

    /// <summary>The quotes of an inline request do not balance.</summary>
    public static ReadOnlySpan<byte> UnbalancedQuotes => "ERR Protocol error: unbalanced quotes in request"u8;

    /// <summary>A request is longer than the overall limit (a text of this project; Redis closes without one).</summary>
    public static ReadOnlySpan<byte> RequestTooLarge => "ERR Protocol error: too big request"u8;

    /// <summary>An argument is not followed by CR LF (a text of this project; Redis does not look).</summary>
    public static ReadOnlySpan<byte> BulkNotTerminated => "ERR Protocol error: expected CRLF after bulk"u8;

    /// <summary>An option is unknown, contradicts another or lacks its value.</summary>
    public static ReadOnlySpan<byte> Syntax => "ERR syntax error"u8;

    /// <summary>An argument or a value is no 64-bit integer.</summary>
    public static ReadOnlySpan<byte> NotAnInteger => "ERR value is not an integer or out of range"u8;

    /// <summary>An argument or a value is no float.</summary>
    public static ReadOnlySpan<byte> NotAFloat => "ERR value is not a valid float"u8;

    /// <summary>INCR, DECR, INCRBY or DECRBY would leave the range of 64-bit integers.</summary>
    public static ReadOnlySpan<byte> IncrementOverflow => "ERR increment or decrement would overflow"u8;

    /// <summary>DECRBY by the one integer that has no negative.</summary>
    public static ReadOnlySpan<byte> DecrementOverflow => "ERR decrement would overflow"u8;

    /// <summary>INCRBYFLOAT would leave the range of floats.</summary>
    public static ReadOnlySpan<byte> NaNOrInfinity => "ERR increment would produce NaN or Infinity"u8;

    /// <summary>APPEND would make the value longer than the limit.</summary>
    public static ReadOnlySpan<byte> StringTooLong => "ERR string exceeds maximum allowed size (proto-max-bulk-len)"u8;

    /// <summary>A range begins before the value.</summary>
    public static ReadOnlySpan<byte> OffsetOutOfRange => "ERR offset is out of range"u8;

    /// <summary>The number of a bit is no integer, negative or beyond the longest value.</summary>
    public static ReadOnlySpan<byte> BitOffset => "ERR bit offset is not an integer or out of range"u8;

    /// <summary>SETBIT of something that is not 0 or 1.</summary>
    public static ReadOnlySpan<byte> InvalidBit => "ERR bit is not an integer or out of range"u8;

    /// <summary>BITPOS of something that is not 0 or 1.</summary>
    public static ReadOnlySpan<byte> InvalidBitArgument => "ERR The bit argument must be 1 or 0."u8;

    /// <summary>BITOP NOT of several keys.</summary>
    public static ReadOnlySpan<byte> BitOpNotTakesOne => "ERR BITOP NOT must be called with a single source key."u8;

    /// <summary>BITFIELD of a type that it does not know.</summary>
    public static ReadOnlySpan<byte> InvalidBitFieldType =>
        "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is."u8;

    /// <summary>BITFIELD OVERFLOW of something else than WRAP, SAT or FAIL.</summary>
    public static ReadOnlySpan<byte> InvalidOverflow => "ERR Invalid OVERFLOW type specified"u8;

    /// <summary>BITFIELD_RO with a subcommand that writes.</summary>
    public static ReadOnlySpan<byte> BitFieldReadsOnly => "ERR BITFIELD_RO only supports the GET subcommand"u8;

    /// <summary>LCS was given LEN and IDX.</summary>
    public static ReadOnlySpan<byte> LcsBothForms => "ERR If you want both the length and indexes, please just use IDX."u8;

    /// <summary>LCS of values that are too long together.</summary>
    public static ReadOnlySpan<byte> LcsTooLong =>
        "ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len"u8;

    /// <summary>RENAME of a key that is absent.</summary>
    public static ReadOnlySpan<byte> NoSuchKey => "ERR no such key"u8;

    /// <summary>RESTORE of a key that is present.</summary>
    public static ReadOnlySpan<byte> BusyKey => "BUSYKEY Target key name already exists."u8;

    /// <summary>RESTORE for a negative time.</summary>
    public static ReadOnlySpan<byte> InvalidTimeToLive => "ERR Invalid TTL value, must be >= 0"u8;

    /// <summary>RESTORE IDLETIME of a negative number.</summary>
    public static ReadOnlySpan<byte> InvalidIdleTime => "ERR Invalid IDLETIME value, must be >= 0"u8;

    /// <summary>RESTORE FREQ of a number that is no byte.</summary>
    public static ReadOnlySpan<byte> InvalidFrequency => "ERR Invalid FREQ value, must be >= 0 and <= 255"u8;

    /// <summary>RESTORE of something that did not come from DUMP, or from a newer one.</summary>
    public static ReadOnlySpan<byte> InvalidDump => "ERR DUMP payload version or checksum are wrong"u8;

    /// <summary>RESTORE of a value that is malformed or no string.</summary>
    public static ReadOnlySpan<byte> BadDumpFormat => "ERR Bad data format"u8;

    /// <summary>COPY or MOVE of a key to itself.</summary>
    public static ReadOnlySpan<byte> SameObject => "ERR source and destination objects are the same"u8;

    /// <summary>An argument is no 32-bit integer.</summary>
    public static ReadOnlySpan<byte> NotAnInt => "ERR value is out of range, value must between -2147483648 and 2147483647"u8;

    /// <summary>SWAPDB's first argument is no 32-bit integer.</summary>
    public static ReadOnlySpan<byte> InvalidFirstDatabase => "ERR invalid first DB index"u8;

    /// <summary>SWAPDB's second argument is no 32-bit integer.</summary>
    public static ReadOnlySpan<byte> InvalidSecondDatabase => "ERR invalid second DB index"u8;

    /// <summary>A timeout is no integer.</summary>
    public static ReadOnlySpan<byte> TimeoutNotAnInteger => "ERR timeout is not an integer or out of range"u8;

    /// <summary>A timeout is negative.</summary>
    public static ReadOnlySpan<byte> TimeoutNegative => "ERR timeout is negative"u8;

    /// <summary>OBJECT FREQ, which needs an eviction policy that there is not.</summary>
    public static ReadOnlySpan<byte> NoFrequencies =>
        "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust."u8;

    /// <summary>EXPIRE was given NX beside another condition.</summary>
    public static ReadOnlySpan<byte> ExpireNxIncompatible => "ERR NX and XX, GT or LT options at the same time are not compatible"u8;

    /// <summary>EXPIRE was given GT and LT.</summary>
    public static ReadOnlySpan<byte> ExpireGtLtIncompatible => "ERR GT and LT options at the same time are not compatible"u8;

    /// <summary>A SCAN cursor is no number.</summary>
    public static ReadOnlySpan<byte> InvalidCursor => "ERR invalid cursor"u8;

    /// <summary>SELECT of a database that does not exist.</summary>
    public static ReadOnlySpan<byte> DatabaseOutOfRange => "ERR DB index is out of range"u8;

    /// <summary>SELECT of another database than 0 in a cluster.</summary>
    public static ReadOnlySpan<byte> SelectInCluster => "ERR SELECT is not allowed in cluster mode"u8;

    /// <summary>HELLO's version is no number.</summary>
    public static ReadOnlySpan<byte> HelloVersionNotAnInteger => "ERR Protocol version is not an integer or out of range"u8;

    /// <summary>HELLO's version is neither 2 nor 3.</summary>
    public static ReadOnlySpan<byte> UnsupportedVersion => "NOPROTO unsupported protocol version"u8;

    /// <summary>A client's name has a blank or a control character.</summary>
    public static ReadOnlySpan<byte> InvalidClientName =>
        "ERR Client names cannot contain spaces, newlines or special characters."u8;

    /// <summary>HELLO AUTH or AUTH with a wrong name or password.</summary>
    public static ReadOnlySpan<byte> WrongPassword => "WRONGPASS invalid username-password pair or user is disabled."u8;

    /// <summary>A command before the password.</summary>
    public static ReadOnlySpan<byte> AuthenticationRequired => "NOAUTH Authentication required."u8;

    /// <summary>HELLO before the password, without it.</summary>
    public static ReadOnlySpan<byte> HelloNeedsPassword =>
        "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol version at the same time"u8;

    /// <summary>AUTH with a password alone where none is set.</summary>
    public static ReadOnlySpan<byte> NoPasswordConfigured =>
        "ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?"u8;

    /// <summary>DEBUG, which is not allowed.</summary>
    public static ReadOnlySpan<byte> DebugNotAllowed =>
        "ERR DEBUG command not allowed. If the enable-debug-command option is set to \"local\", you can run it from a local connection, otherwise you need to set this option in the configuration file, and then restart the server."u8;

    /// <summary>A subcommand of CLUSTER on a node that is not in cluster mode.</summary>
    public static ReadOnlySpan<byte> ClusterDisabled => "ERR This instance has cluster support disabled"u8;

    /// <summary>KILL of a script or function while none runs.</summary>
    public static ReadOnlySpan<byte> NothingRuns => "NOTBUSY No scripts in execution right now."u8;

    /// <summary>A command on a key that holds another type.</summary>
    public static ReadOnlySpan<byte> WrongType => "WRONGTYPE Operation against a key holding the wrong kind of value"u8;

    /// <summary>COMMAND GETKEYS of a command without keys.</summary>
    public static ReadOnlySpan<byte> CommandHasNoKeys => "ERR The command has no key arguments"u8;

    /// <summary>COMMAND GETKEYS of no command.</summary>
    public static ReadOnlySpan<byte> InvalidCommandSpecified => "ERR Invalid command specified"u8;

    /// <summary>COMMAND GETKEYS with a wrong number of arguments.</summary>
    public static ReadOnlySpan<byte> InvalidArgumentCountForCommand => "ERR Invalid number of arguments specified for command"u8;

    /// <summary>The keys of one request belong to several slots.</summary>
    public static ReadOnlySpan<byte> CrossSlot => "CROSSSLOT Keys in request don't hash to the same slot"u8;

    /// <summary>MULTI inside a transaction.</summary>
    public static ReadOnlySpan<byte> NestedMulti => "ERR MULTI calls can not be nested"u8;

    /// <summary>EXEC outside a transaction.</summary>
    public static ReadOnlySpan<byte> ExecWithoutMulti => "ERR EXEC without MULTI"u8;

    /// <summary>DISCARD outside a transaction.</summary>
    public static ReadOnlySpan<byte> DiscardWithoutMulti => "ERR DISCARD without MULTI"u8;

    /// <summary>WATCH inside a transaction.</summary>
    public static ReadOnlySpan<byte> WatchInsideMulti => "ERR WATCH inside MULTI is not allowed"u8;

    /// <summary>A command that no transaction may have.</summary>
    public static ReadOnlySpan<byte> NotInsideTransaction => "ERR Command not allowed inside a transaction"u8;

    /// <summary>EXEC after a command was refused instead of queued.</summary>
    public static ReadOnlySpan<byte> ExecAborted => "EXECABORT Transaction discarded because of previous errors."u8;

    /// <summary>Fewer members than min-in-sync; nothing was written.</summary>
    public static ReadOnlySpan<byte> NoReplicas => "NOREPLICAS Not enough good replicas to write."u8;

    /// <summary>The partition cannot serve at present; nothing was written.</summary>
    public static ReadOnlySpan<byte> ClusterDown => "CLUSTERDOWN The cluster is down"u8;

    /// <summary>Nobody serves the key's slot; nothing was written.</summary>
    public static ReadOnlySpan<byte> SlotNotServed => "CLUSTERDOWN Hash slot not served"u8;

    /// <summary>The keys are about to move; the request may be sent again.</summary>
    public static ReadOnlySpan<byte> TryAgain => "TRYAGAIN Multiple keys request during rehashing of slot"u8;

    /// <summary>The node is still reading its data.</summary>
    public static ReadOnlySpan<byte> Loading => "LOADING Redis is loading the dataset in memory"u8;

    /// <summary>A write was sent to a replica that takes none.</summary>
    public static ReadOnlySpan<byte> ReadOnlyReplica => "READONLY You can't write against a read only replica."u8;

    /// <summary>The disk takes no more writes.</summary>
    public static ReadOnlySpan<byte> DiskFull => "MISCONF Errors writing to the AOF file: No space left on device"u8;

    /// <summary>No memory is left for writes.</summary>
    public static ReadOnlySpan<byte> OutOfMemory => "OOM command not allowed when used memory > 'maxmemory'."u8;

    /// <summary>What stands where an argument must begin is not a bulk.</summary>
    /// <param name="found">The byte that stands there; a line end is shown as a blank.</param>
    public static byte[] ExpectedBulk(byte found) =>
        [.. "ERR Protocol error: expected '$', got '"u8, found is (byte)'\r' or (byte)'\n' ? (byte)' ' : found, (byte)'\''];

    /// <summary>No command of this name; quotes the beginning of the arguments.</summary>
    /// <param name="request">The request.</param>
    public static byte[] UnknownCommand(RespRequest request)
    {
        var arguments = new List<byte>(QuotedBytes + 8);
        for (var i = 1; i < request.Count && arguments.Count < QuotedBytes; i++)
        {
            arguments.Add((byte)'\'');
            arguments.AddRange(UpToNul(request[i], QuotedBytes - (arguments.Count - 1)));
            arguments.AddRange("' "u8);
        }

        return [.. "ERR unknown command '"u8, .. UpToNul(request[0], QuotedBytes), .. "', with args beginning with: "u8, .. arguments];
    }

    /// <summary>A container command has no such subcommand.</summary>
    /// <param name="command">The container.</param>
    /// <param name="subcommand">What was asked for.</param>
    public static byte[] UnknownSubcommand(RedisCommand command, ReadOnlySpan<byte> subcommand)
    {
        ArgumentNullException.ThrowIfNull(command);
        var container = Encoding.ASCII.GetBytes(command.Name.ToUpperInvariant());
        return [.. "ERR unknown subcommand '"u8, .. UpToNul(subcommand, QuotedBytes), .. "'. Try "u8, .. container, .. " HELP."u8];
    }

    /// <summary>A subcommand has too many arguments.</summary>
    /// <param name="command">The container.</param>
    /// <param name="subcommand">The subcommand as it was given.</param>
    public static byte[] SubcommandSyntax(RedisCommand command, ReadOnlySpan<byte> subcommand)
    {
        ArgumentNullException.ThrowIfNull(command);
        var container = Encoding.ASCII.GetBytes(command.Name.ToUpperInvariant());
        return
        [
            .. "ERR unknown subcommand or wrong number of arguments for '"u8, .. UpToNul(subcommand, QuotedBytes), .. "'. Try "u8, .. container, .. " HELP."u8,
        ];
    }

    /// <summary>Too few or too many arguments.</summary>
    /// <param name="command">The command.</param>
    public static byte[] WrongArgumentCount(RedisCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return WrongArgumentCount(command.Name);
    }

    /// <summary>Too few or too many arguments of a subcommand.</summary>
    /// <param name="fullName">The lower-case name, as in <c>config|get</c>.</param>
    public static byte[] WrongArgumentCount(string fullName) =>
        [.. "ERR wrong number of arguments for '"u8, .. Encoding.ASCII.GetBytes(fullName), .. "' command"u8];

    /// <summary>EXEC was refused itself, which ends the transaction.</summary>
    /// <param name="reason">The error it was refused with.</param>
    public static byte[] ExecAbortedBecause(ReadOnlySpan<byte> reason) =>
        [.. "EXECABORT Transaction discarded because of: "u8, .. reason.StartsWith("ERR "u8) ? reason[4..] : reason];

    /// <summary>An expiry time is not positive where it must be, or cannot be represented.</summary>
    /// <param name="command">The command.</param>
    public static byte[] InvalidExpireTime(RedisCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return [.. "ERR invalid expire time in '"u8, .. command.NameBytes.Span, .. "' command"u8];
    }

    /// <summary>EXPIRE has no such option.</summary>
    /// <param name="option">What was given.</param>
    public static byte[] UnsupportedOption(ReadOnlySpan<byte> option) => [.. "ERR Unsupported option "u8, .. UpToNul(option, int.MaxValue)];

    /// <summary>A command that a RESP2 connection with subscriptions may not send.</summary>
    /// <param name="fullName">The command's lower-case name, as in <c>config|get</c>.</param>
    public static byte[] NotWhileSubscribed(string fullName) => Encoding.ASCII.GetBytes(
        $"ERR Can't execute '{fullName}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context");

    /// <summary>CONFIG SET refused because of one of its parameters.</summary>
    /// <param name="name">The parameter.</param>
    /// <param name="reason">What is wrong with it.</param>
    public static byte[] ConfigSetFailed(ReadOnlySpan<byte> name, string reason) =>
        [.. "ERR CONFIG SET failed (possibly related to argument '"u8, .. UpToNul(name, QuotedBytes), .. "') - "u8, .. Encoding.ASCII.GetBytes(reason)];

    /// <summary>CONFIG SET of a parameter that does not exist.</summary>
    /// <param name="name">What was given.</param>
    public static byte[] ConfigUnknown(ReadOnlySpan<byte> name) =>
        [.. "ERR Unknown option or number of arguments for CONFIG SET - '"u8, .. UpToNul(name, QuotedBytes), (byte)'\''];

    /// <summary>An error whose text ends with a quotation of what was given.</summary>
    /// <param name="before">Code and text before the quotation.</param>
    /// <param name="quoted">What was given.</param>
    public static byte[] Quoting(ReadOnlySpan<byte> before, ReadOnlySpan<byte> quoted) =>
        [.. before, (byte)'\'', .. UpToNul(quoted, QuotedBytes), (byte)'\''];

    /// <summary>HELLO has no such option, or it lacks its values.</summary>
    /// <param name="option">What was given.</param>
    public static byte[] HelloOption(ReadOnlySpan<byte> option) =>
        [.. "ERR Syntax error in HELLO option '"u8, .. UpToNul(option, int.MaxValue), (byte)'\''];

    /// <summary>The key's slot is served elsewhere, from now on.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="endpoint">The address as <c>host:port</c>.</param>
    public static byte[] Moved(int slot, string endpoint) => Encoding.ASCII.GetBytes($"MOVED {slot} {endpoint}");

    /// <summary>The key's slot may be served elsewhere, for this request only.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="endpoint">The address as <c>host:port</c>.</param>
    public static byte[] Ask(int slot, string endpoint) => Encoding.ASCII.GetBytes($"ASK {slot} {endpoint}");

    /// <summary>Quotes bytes as C's <c>%.*s</c> does: up to a NUL or the limit.</summary>
    private static ReadOnlySpan<byte> UpToNul(ReadOnlySpan<byte> text, int limit)
    {
        var end = text.IndexOf((byte)0);
        var quoted = end < 0 ? text : text[..end];
        return quoted.Length > limit ? quoted[..limit] : quoted;
    }
}
