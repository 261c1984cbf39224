using System.CommandLine;
using System.Text;
using Catena.Server.Node;

namespace Catena.Cli.CommandLine;

/// <summary>Where commands take the password of the Redis protocol from: a file, or the environment.</summary>
/// <remarks>Never the command line itself, which every user of a machine can read. The file comes before the environment.</remarks>
internal static class PasswordOption
{
    /// <summary>The environment variable that holds the password where no file is given.</summary>
    public const string Variable = "CATENA_REDIS_PASSWORD";

    /// <summary>The option's name.</summary>
    public const string Name = "--redis-password-file";

    /// <summary>Makes the option.</summary>
    /// <param name="description">What the password is for.</param>
    public static Option<string?> Create(string description) => new(Name)
    {
        Description = $"{description} Its first line is the password. [default: the environment variable {Variable}, or none]",
        HelpName = "file",
    };

    /// <summary>The password that a command line or the environment gives.</summary>
    /// <param name="file">The option's value.</param>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="CommandException">The file cannot be read, or there is no password in it.</exception>
    public static RedisPassword? Read(string? file)
    {
        if (file is not null)
        {
            return Make(FirstLine(file), file);
        }

        return Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text ? Make(Encoding.UTF8.GetBytes(text), Variable) : null;
    }

    private static byte[] FirstLine(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            var bytes = new byte[RedisPassword.MaxBytes + 2];
            var text = bytes.AsSpan(0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
            var end = text.IndexOfAny((byte)'\r', (byte)'\n');
            return text[..(end < 0 ? text.Length : end)].ToArray();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CommandException(ExitCode.Usage, $"the password cannot be read: {refused.Message}", refused);
        }
    }

    private static RedisPassword Make(byte[] password, string source) => password.Length switch
    {
        0 => throw new CommandException(ExitCode.Usage, $"there is no password in {source}: its first line is empty"),
        > RedisPassword.MaxBytes => throw new CommandException(ExitCode.Usage, $"the password in {source} is longer than {RedisPassword.MaxBytes} bytes"),
        _ => new RedisPassword(password),
    };
}
