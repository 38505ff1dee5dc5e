"""The command `resnetgen verify`: its arguments, its work, and its output."""
