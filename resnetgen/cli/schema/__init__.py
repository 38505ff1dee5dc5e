"""The command `resnetgen schema`: its arguments, what it does, and how it shows the result."""
