"""The command `resnetgen new`: its arguments, its work, and its output."""
