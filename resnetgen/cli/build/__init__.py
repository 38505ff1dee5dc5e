"""The command `resnetgen build`: its arguments, its work, and its output."""
