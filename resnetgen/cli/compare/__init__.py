"""The command `resnetgen compare`: its arguments, its work, and its output."""
