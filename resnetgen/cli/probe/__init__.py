"""The command `resnetgen probe`: its arguments, its work, and its output."""
