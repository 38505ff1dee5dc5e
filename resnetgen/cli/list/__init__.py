"""The command `resnetgen list`: its arguments, its work, and its output."""
