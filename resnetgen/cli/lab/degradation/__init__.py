"""The command `resnetgen lab degradation`: its arguments, its work, and its output."""
