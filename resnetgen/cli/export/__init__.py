"""The command `resnetgen export`: its arguments, what it does, and how it shows the result."""
