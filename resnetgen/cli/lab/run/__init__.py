"""The command `resnetgen lab run`: its arguments, its work, and its output."""
