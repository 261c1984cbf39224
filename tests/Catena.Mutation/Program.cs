using Catena.Mutation.Running;

return await CommandLine.RunAsync(args);
