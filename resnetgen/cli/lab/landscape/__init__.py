"""The command `resnetgen lab landscape`: its arguments, its work, and its output."""
