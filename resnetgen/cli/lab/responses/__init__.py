"""The command `resnetgen lab responses`: its arguments, its work, and its output."""
