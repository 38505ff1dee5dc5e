"""The command `resnetgen build`: its arguments, what it does, and how it shows the result."""
