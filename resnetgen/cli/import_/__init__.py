"""The command `resnetgen import`: its arguments, its work, and its output."""
