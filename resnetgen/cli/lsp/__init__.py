"""The command `resnetgen lsp`: its arguments, its work, and its output."""
