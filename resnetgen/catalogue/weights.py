"""The codes of weights."""
