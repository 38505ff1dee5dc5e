"""The command `resnetgen schema`: its arguments, its work, and its output."""
