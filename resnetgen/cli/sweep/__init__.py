"""The command `resnetgen sweep`: its arguments, its work, and its output."""
