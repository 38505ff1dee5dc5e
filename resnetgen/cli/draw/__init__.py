"""The command `resnetgen draw`: its arguments, its work, and its output."""
