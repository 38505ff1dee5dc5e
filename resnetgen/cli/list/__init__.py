"""The command `resnetgen list`: its arguments, what it does, and how it shows the result."""
