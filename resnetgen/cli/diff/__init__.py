"""The command `resnetgen diff`: its arguments, its work, and its output."""
