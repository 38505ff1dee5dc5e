"""The command `resnetgen report`: its arguments, its work, and its output."""
