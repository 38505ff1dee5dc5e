"""The command line: arguments, what each command does, and how its results are shown."""
