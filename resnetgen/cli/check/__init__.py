"""The command `resnetgen check`: its arguments, what it does, and how it shows the result."""
