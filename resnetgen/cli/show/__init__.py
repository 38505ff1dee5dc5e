"""The command `resnetgen show`: its arguments, its work, and its output."""
