"""The command `resnetgen new`: its arguments, what it does, and how it shows the result."""
