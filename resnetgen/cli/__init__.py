"""The command line: the arguments of each command, its work, and its output."""
