"""The command `resnetgen show`: its arguments, what it does, and how it shows the result."""
