using Catena.Faults.Running;

return await CommandLine.RunAsync(args);
