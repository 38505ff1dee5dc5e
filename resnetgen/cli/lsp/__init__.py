"""The command `resnetgen lsp`: its arguments, what it does, and how it shows the result."""
