"""The command `resnetgen export`: its arguments, its work, and its output."""
