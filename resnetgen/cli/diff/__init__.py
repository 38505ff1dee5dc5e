"""The command `resnetgen diff`: its arguments, what it does, and how it shows the result."""
