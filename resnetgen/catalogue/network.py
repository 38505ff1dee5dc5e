"""The codes of network."""
