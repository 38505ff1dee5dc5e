"""The codes of reading."""
