"""The command `resnetgen lab copy`: its arguments, its work, and its output."""
