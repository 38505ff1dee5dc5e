"""The command `resnetgen check`: its arguments, its work, and its output."""
