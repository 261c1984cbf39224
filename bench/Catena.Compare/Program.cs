using Catena.Compare;

return CompareCommand.Create().Parse(args).Invoke();
