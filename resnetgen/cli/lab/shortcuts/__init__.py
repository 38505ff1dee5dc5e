"""The command `resnetgen lab shortcuts`: its arguments, its work, and its output."""
