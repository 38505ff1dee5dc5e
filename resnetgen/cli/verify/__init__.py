"""The command `resnetgen verify`: its arguments, what it does, and how it shows the result."""
