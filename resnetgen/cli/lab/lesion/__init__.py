"""The command `resnetgen lab lesion`: its arguments, its work, and its output."""
