"""The command `resnetgen explain`: its arguments, what it does, and how it shows the result."""
