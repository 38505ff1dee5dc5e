"""The command `resnetgen explain`: its arguments, its work, and its output."""
