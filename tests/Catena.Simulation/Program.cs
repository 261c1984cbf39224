using Catena.Simulation.Running;

// The one file outside Running/ that may see the terminal: it hands it over.
#pragma warning disable RS0030
return new CommandLine(Console.Out, Console.Error, !Console.IsErrorRedirected).Run(args);
