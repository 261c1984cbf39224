using Catena.Cli.CommandLine;

return CatenaCommandLine.Run(args);
